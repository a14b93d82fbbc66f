/** What `wigwag-router --help` prints. */
export const usage = `wigwag-router: runs a WAMP router until it is sent SIGINT or SIGTERM

  wigwag-router --config FILE   runs what a file describes; see docs/configuration.md
  wigwag-router check FILE      says what is wrong with a file, and starts nothing
  wigwag-router [OPTIONS]       runs a router for development: without rules only clients on this machine may do anything

  --port PORT       to listen on, default 8080; 0 takes any free one
  --host ADDRESS    to listen on, default 127.0.0.1
  --path PATH       of the WebSocket address, default /ws
  --realm REALM     to serve, default realm1; may be given more than once
  --rawsocket PORT  to listen on for RawSocket too
  --help, --version

It prints a line for whatever an operator would want to know, errors on standard error. Exit status: 0 when it was
stopped or the file is right, 1 when it could not listen or the file is wrong, 2 when the command line is wrong.
`;
