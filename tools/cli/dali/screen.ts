import type { Picture } from "./picture.ts";
import { view } from "./view.ts";

const REDRAW = 250;

/** Draws a picture over the whole terminal, four times a second. `asked` aborts when somebody wants to end. */
export function screen(
  picture: Picture,
  at: () => { readonly title: string; readonly now: number; readonly began: number },
  signal: AbortSignal,
): { readonly asked: AbortSignal; close(): void } {
  const { stdout, stdin } = process;
  const asked = new AbortController();
  const draw = () => {
    const { columns: width = 80, rows: height = 24 } = stdout;
    const colour = !process.env["NO_COLOR"];
    const lines = view(picture, { ...at(), width, height, colour });
    stdout.write(`\x1b[H${lines.map((line) => `${line}\x1b[K`).join("\r\n")}\x1b[J`);
  };
  const key = (pressed: Buffer) => {
    const text = pressed.toString();
    // in raw mode Ctrl-C is a byte like others; an Escape alone is no arrow
    if (["q", "Q", "\x03"].some((one) => text.includes(one)) || text === "\x1b") asked.abort();
  };
  let open = true;
  const close = () => {
    if (!open) return;
    open = false;
    clearInterval(timer);
    stdout.off("resize", draw);
    process.off("exit", close);
    stdin.off("data", key);
    stdin.pause();
    if (stdin.isTTY) stdin.setRawMode(false);
    stdout.write("\x1b[?7h\x1b[?25h\x1b[?1049l");
  };
  stdout.write("\x1b[?1049h\x1b[?25l\x1b[?7l");
  if (stdin.isTTY) stdin.setRawMode(true);
  stdin.on("data", key);
  const timer = setInterval(draw, REDRAW);
  stdout.on("resize", draw);
  signal.addEventListener("abort", close, { once: true });
  // whatever ends the process, the terminal is the technician's again
  process.once("exit", close);
  draw();
  return { asked: asked.signal, close };
}
