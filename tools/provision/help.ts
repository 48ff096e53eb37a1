export const HELP = `hulotte provision: certificates for a broker, its cabinets and its supervisors

  hulotte provision ca          --dir DIR [--name NAME] [--days N]
      makes a development authority: ca.pem and ca.key (0600) in DIR; 10 years
  hulotte provision broker      --dir DIR --supervisor ID ... [--host NAME ...] [--port N] [--address ADDR]
                                [--levels N] [--reads ID=TOPIC ...] [--user NAME] [--days N]
      key, certificate, mosquitto.conf and access list of a Mosquitto in DIR/broker; run it again to change them, and
      before its certificate ends (90 days). --host: each name and address by which cabinets reach it (default: localhost
      and 127.0.0.1). --port: 8883. --levels: of the cabinets' ids, 2 for 21231/cab-0117. --reads: a cabinet may
      read that topic of another system, for a counter of kind mqtt. --user: who runs the broker; as root the default is
      mosquitto
  hulotte provision cabinet     --dir DIR ID [--days N] [--request FILE]
      key, certificate and ca.pem in DIR/cabinets/ID; 30 days. With --request the cabinet made its key itself: its signing
      request is read (- for standard input), and the certificate printed
  hulotte provision supervisor  --dir DIR ID [--days N] [--request FILE]
      the same in DIR/supervisors/ID; 90 days. Each process that connects wants a certificate of its own
  hulotte provision renew       --dir DIR ID [--days N] --request FILE
      prints the certificate that answers a request, as a cabinet tells it in status cabinet.certificate.state, for the signed
      command cabinet.certificate.set; only for who had one before
  hulotte provision revoke      --dir DIR ID
      takes every right at the broker from ID, and never signs for it again
  hulotte provision help        this text

An ID is an RSMP id such as 21231/cab-0117, of 64 characters at most. A private key is never overwritten.
Ends with 0 when all went well, 1 when something failed, 2 when the call is wrong.`;
