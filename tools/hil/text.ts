/** Text from the wire, the cockpit and other people's files, made fit for a terminal, XML and HTML. */

/** What XML 1.0 forbids and a terminal might obey: controls but tab and line ends, lone surrogates, non-characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]/gu;

/** The same text, everything that is no character of a document replaced by U+FFFD. Tabs and line ends stay. */
export const printable = (text: string): string => text.replace(UNPRINTABLE, "\ufffd");

/** On one line: printable, tabs and line ends are blanks. */
export const oneLine = (text: string): string => printable(text).replace(/[\t\r\n]+/g, " ");

const MARKUP: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

/** Printable text for a quoted attribute of XML or HTML; tabs and line ends survive. */
export const escaped = (text: string): string =>
  printable(text).replace(/[&<>"'\t\n\r]/g, (character) => MARKUP[character] as string);

/** Printable text for the content of an element of XML or HTML: line ends stay line ends. */
export const content = (text: string): string =>
  printable(text).replace(/[&<>\r]/g, (character) => MARKUP[character] as string);

/** `12.3 s`, `850 ms`, `1 min 5 s`: a span or a moment in milliseconds, for a person. */
export function span(ms: number): string {
  const sign = ms < 0 ? "-" : "";
  const size = Math.abs(ms);
  if (size < 999.5) return `${sign}${Math.round(size)} ms`;
  if (size < 59_950) return `${sign}${(size / 1000).toFixed(1)} s`;
  const whole = Math.round(size / 1000);
  const rest = whole % 60;
  return `${sign}${Math.floor(whole / 60)} min${rest ? ` ${rest} s` : ""}`;
}

/** A moment of a scenario: always in seconds, so that moments line up: `12.34 s`. */
export const moment = (ms: number): string => `${(Math.round(ms / 10) / 100).toFixed(2)} s`;

/** `1 scenario`, `3 scenarios`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
