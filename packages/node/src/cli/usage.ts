/** What `wigwag --help` prints. */
export const usage = `wigwag: a WAMP client for the command line

  wigwag publish   <topic> [argument …]       publishes, waits for the acknowledgement, prints the publication's id
  wigwag subscribe <topic>                    prints each event as a line of JSON
  wigwag call      <procedure> [argument …]   calls, prints the result as JSON
  wigwag register  <procedure> [-- command …] serves a procedure: runs the command for each call, with the arguments
                                              as a JSON object on its standard input and what it prints as the
                                              result; without a command, answers each call with its own arguments

An argument is JSON where it reads as JSON (42, true, '{"a":1}'), else a string; what starts like an object, a list
or a quoted string must be JSON. Integers keep all their digits. Behind -- everything is an argument, also what looks
like an option.

  --url URL            the router, default ws://127.0.0.1:8080/ws
  --realm REALM        default realm1
  --serializer NAME    json, cbor or msgpack, default json
  --kwargs JSON        publish, call: keyword arguments, an object
  --ack, --no-ack      publish: whether to wait for the acknowledgement, default --ack
  --match POLICY       subscribe, register: exact, prefix or wildcard
  --invoke POLICY      register: single, roundrobin, random, first or last; and, where the router is Wigwag's, load
                       (whoever has the fewest calls in progress) or all (everybody, each with an answer: a survey)
  --count N            subscribe, register: end after N events or calls
  --timeout MS         publish, call: give up after so many milliseconds, the time to connect included
  --help, --version

Exit status: 0 when it was acknowledged or answered, 1 when it failed (the reason is on standard error), 2 when the
command line is wrong, 130 or 143 when a signal (SIGINT, SIGTERM) ended it before it was done.
`;
