/** What the editor's forms and help of several nodes have in common: `<!-- part: NAME -->` on a line of its own stands for it. */
const PARTS: Readonly<Record<string, string>> = {
  "name and broker": `<div class="form-row">
  <label for="node-input-name"><i class="fa fa-tag"></i> Name</label>
  <input type="text" id="node-input-name" />
</div>
<div class="form-row">
  <label for="node-input-broker"><i class="fa fa-globe"></i> Broker</label>
  <input type="text" id="node-input-broker" />
</div>`,
  signed: `<p>Cabinets do what is signed by a key that they know. Otherwise <code>msg.error.code</code> is <code>unsigned</code> (the broker node has no signing key), <code>signature</code> (the cabinet does not know its key, or no longer), <code>forbidden</code> (the key may not do this) or <code>signing-key</code> (what was set is no key: nothing was sent).</p>`,
};

/** The page as Node-RED loads it, each part in its place. Throws TypeError for a part that there is not. */
export function editorPage(html: string): string {
  return html.replace(/^( *)<!-- part: (.*?) -->$/gm, (_, indent: string, name: string) => {
    const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
    if (part === undefined) throw new TypeError(`part is ${name}: allowed are ${Object.keys(PARTS).join(", ")}`);
    return part.replaceAll(/^/gm, indent);
  });
}
