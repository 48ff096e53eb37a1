/** The key that signs the commands of this page. It lives in the page's memory only: it is not kept, and goes nowhere. */
import { readSigner, type Signer } from "../../../firmware/link/commands/signer.ts";
import { byId, say } from "./dom.ts";

export interface KeyPanel {
  /** The key that is loaded. */
  readonly signer: Signer | undefined;
}

/** `own`: the RSMP id of the page. */
export function keyPanel(own: string): KeyPanel {
  const panel = byId("signing", HTMLDivElement);
  const words = byId("key-is", HTMLParagraphElement);
  const file = byId("key-file", HTMLInputElement);
  const forget = byId("forget", HTMLButtonElement);
  let signer: Signer | undefined;
  let latest = 0;

  const show = (state: "none" | "loaded" | "bad", text: string) => {
    panel.dataset["key"] = state;
    forget.hidden = state !== "loaded";
    say(words, text);
  };
  const drop = () => {
    latest++;
    signer = undefined;
    show("none", "No key: commands go out unsigned.");
  };
  const load = async (chosen: File) => {
    drop();
    const mine = latest;
    let read: Signer;
    try {
      // A text that is cut is no key.
      read = await readSigner(await chosen.slice(0, MOST_BYTES).text());
    } catch {
      const why = await whyNot();
      if (mine === latest) show("bad", why);
      return;
    }
    // Meanwhile it was forgotten, or another was chosen.
    if (mine !== latest) return;
    signer = read;
    show("loaded", `Signed with key ${read.kid} of ${read.issuer}. ${match(own, read.issuer)}`);
  };

  file.addEventListener("change", () => {
    const [chosen] = file.files ?? [];
    // The browser would show its name, and the same file again would be no change.
    file.value = "";
    if (chosen) void load(chosen);
  });
  forget.addEventListener("click", () => {
    drop();
    file.focus();
  });
  // A page that the browser puts aside may come back to somebody else.
  addEventListener("pagehide", drop);
  drop();

  return {
    get signer() {
      return signer;
    },
  };
}

const MOST_BYTES = 4096;

async function whyNot(): Promise<string> {
  if (!globalThis.isSecureContext) return "This browser signs only on pages from https:// or from its own machine.";
  try {
    await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  } catch {
    return "This browser knows no Ed25519 signatures: a newer one is needed.";
  }
  return "That is no signing key: allowed is a private key's file as `hulotte keys new` writes it.";
}

function match(own: string, issuer: string): string {
  if (own === issuer || own.startsWith(`${issuer}/`)) return `That matches this page, ${own}.`;
  return `This page is ${own}: to the cabinet the commands are those of ${issuer}.`;
}
