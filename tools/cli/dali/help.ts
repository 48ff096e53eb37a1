/** `hulotte dali help`. */
export const HELP = `hulotte dali: a technician's hand on a DALI bus

  hulotte dali list [WORDS]              the commands of IEC 62386 that send takes, or those like WORDS
  hulotte dali gateways                  the gateways that can be named, and their options
  hulotte dali complete TEXT             what a command that begins with TEXT may become
  hulotte dali completion bash           completion for a shell: eval "$(hulotte dali completion bash)"
  hulotte dali send BUS COMMAND ...      send commands, such as "DAPC(A5, 254)", "QueryActualLevel(A5)", "Off(Broadcast)"
  hulotte dali scan BUS                  who is at each short address; --whole asks who they are, too
  hulotte dali show BUS ADDRESS          all that a gear tells of itself
  hulotte dali commission BUS            give addresses to new gear, keep the others, say what changed
      --count N                          how many gear there are in all: makes it faster
      --replace                          a single new gear takes the place of a single missing one
      --identify                         know gear by its serial number, so that one that moved is found
      --forget                           forget earlier runs: what they knew, and where one was cut off
  hulotte dali audit BUS [ADDRESS ...]   compare what the gear keeps with the configuration
      --repair                           and set right what differs
  hulotte dali monitor BUS               what goes over the bus, live
      --capture FILE                     and write it to a new file
      --plain                            lines instead of the whole screen (as when the output is no terminal)
      --seconds N                        end after so long
  hulotte dali replay FILE               a capture again, in its own time
      --speed N                          so many times as fast; 0: at once
      --onto BUS                         send its frames on a bus, and say where the answers differ

BUS is a bus of the configuration: 1 or bus/1. Where a cabinet runs with it on this machine, it lends the bus for as long as the
command lasts (monitor only looks on); its lamps stay as they are meanwhile. Otherwise the gateway is opened here.

  --config FILE                          the configuration (default: cabinet.yaml)
  --state DIR                            the state directory of the cabinet (default: as \`hulotte run\`)
  --gateway KIND --port PORT             a gateway that no configuration tells of: BUS is then left out;
  --i2c ADAPTER[@0x23]  --unit N  --channel N  --baud N  --option NAME=VALUE
                                         what it hangs on, and what differs between its models

Ctrl-C ends each, and gives the bus back in order. Ends with 0 when all went well, 1 when the bus or gear did not do it, 2 when the call is wrong.`;
