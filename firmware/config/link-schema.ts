/** The part of `cabinet.yaml` that is about the cockpit: where its broker is, who may command, what is kept, what is shown. */
import Type from "typebox";
import { DEFAULTS } from "./defaults.ts";
import { file, form, integer, map, text } from "./forms.ts";

const address = (description: string) =>
  form(
    "^(mqtts?|wss?)://[^\\s@/]+(/[^\\s@]*)?$",
    "mqtt://, mqtts://, ws:// or wss:// with host and port, and no password in it",
    description,
  );

export const Mqtt = map("The cockpit's broker (MQTT 5).", {
  url: address("Address of the broker."),
  alternatives: Type.Optional(
    Type.Array(address("Address of another broker."), {
      maxItems: 7,
      description: "Other brokers of the same cockpit, in the order of preference: where one fails the next is tried.",
      default: [],
    }),
  ),
  tls: Type.Optional(
    map("Who we are and whom we believe, for mqtts and wss (TLS 1.3).", {
      ca: file("Certificates of the authority that signed the broker's, PEM."),
      certificate: Type.Optional(file("Our certificate, PEM; it is read anew for each session, and renewed in place.")),
      key: Type.Optional(file("Its private key, PEM, readable by its owner only (0600).")),
      token: Type.Optional(
        map("Instead of `key`: a key that never leaves its TPM or PKCS#11 token.", {
          engine: text("OpenSSL engine, such as pkcs11."),
          id: text("The key's name there, such as pkcs11:token=cabinet;object=mqtt;type=private."),
        }),
      ),
    }),
  ),
  username: Type.Optional(text("User name at the broker.")),
  passwordFile: Type.Optional(text("File that holds the password, so that this file can be shown to anybody.")),
});

const instant = (description: string) =>
  form(
    "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$",
    "an instant in UTC such as 2027-01-31T00:00:00Z",
    description,
  );

export const Commands = map("Who may command. Without this nobody may move a lamp.", {
  keys: Type.Optional(
    Type.Array(
      map("A public key of the cockpit.", {
        id: form("^[A-Za-z0-9._-]{1,32}$", "1 to 32 letters, digits, . _ -", "Key id, as signed commands carry it."),
        issuer: text("RSMP id of the supervisor that signs with it."),
        publicKey: form(
          "^[A-Za-z0-9_-]{43}$",
          "an Ed25519 public key, base64url, 43 characters",
          "Ed25519 public key.",
        ),
        codes: Type.Optional(
          Type.Array(text("A command's code, or its beginning such as `lighting`."), {
            description:
              "What it may command. Default: everything but keys and certificates (`cabinet.keys`, `cabinet.certificate`).",
          }),
        ),
        from: Type.Optional(instant("It counts from then.")),
        until: Type.Optional(instant("It counts until then.")),
      }),
      {
        description:
          "Keys whose signatures are believed (Ed25519, COSE_Sign1). Others may be added and revoked by signed commands.",
        default: [],
      },
    ),
  ),
  unsigned: Type.Optional(
    text(
      "RSMP id of the one supervisor whose commands are done without a signature: for tests and closed networks only.",
    ),
  ),
});

export const JournalBounds = map("What is kept for the cockpit until it has it, and for its questions afterwards.", {
  megabytes: Type.Optional(integer(4, 4096, "Of all its files.", { default: DEFAULTS.journal.megabytes })),
  days: Type.Optional(integer(1, 366, "Older records are dropped.", { default: DEFAULTS.journal.days })),
});

export const Metrics = map("OpenMetrics over HTTP, on this machine only.", {
  port: integer(1, 65_535, "TCP port on 127.0.0.1."),
});
