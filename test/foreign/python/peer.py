"""Sessions of Autobahn|Python that do what they are told: one command a line comes in on stdin, as JSON, and one answer
or piece of news a line goes out on stdout.

A command is {"id": n, "do": name, "session": key, ...}, its answer {"id": n, "value": ...} or {"id": n, "error": ...}.
News is {"news": kind, "of": n, ...}, where n is the id of the command that asked for it. Bytes are {"$bytes": base64}.
"""

import asyncio
import base64
import json
import sys
from urllib.parse import urlparse

import txaio
from twisted.internet import asyncioreactor

txaio.use_twisted()
loop = asyncio.new_event_loop()
asyncioreactor.install(loop)

from autobahn.twisted.rawsocket import WampRawSocketClientFactory
from autobahn.twisted.wamp import ApplicationSession
from autobahn.twisted.websocket import WampWebSocketClientFactory
from autobahn.wamp import serializer, types
from autobahn.wamp.auth import create_authenticator
from autobahn.wamp.exception import ApplicationError
from twisted.internet import reactor
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint

SERIALIZERS = {
    "json": serializer.JsonSerializer,
    "msgpack": serializer.MsgPackSerializer,
    "cbor": serializer.CBORSerializer,
    "json.batched": lambda: serializer.JsonSerializer(batched=True),
    "msgpack.batched": lambda: serializer.MsgPackSerializer(batched=True),
    "cbor.batched": lambda: serializer.CBORSerializer(batched=True),
}


def to_wire(value):
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {str(key): to_wire(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_wire(each) for each in value]
    return value


def from_wire(value):
    if isinstance(value, dict):
        if "$bytes" in value:
            return base64.b64decode(value["$bytes"])
        return {key: from_wire(each) for key, each in value.items()}
    if isinstance(value, list):
        return [from_wire(each) for each in value]
    return value


def say(**message):
    print(json.dumps(to_wire(message)), flush=True)


def failure(error):
    if isinstance(error, ApplicationError):
        return {"uri": error.error, "args": list(error.args), "kwargs": error.kwargs}
    return {"uri": type(error).__name__, "args": [str(error)], "kwargs": {}}


def values(result):
    """A result as arguments, whatever Autobahn makes of it."""
    if isinstance(result, types.CallResult):
        return {"args": list(result.results or []), "kwargs": result.kwresults or {}}
    return {"args": [] if result is None else [result], "kwargs": {}}


def soon(deferred):
    """What Twisted promises, for asyncio to wait for."""
    return deferred.asFuture(loop)


class Session(ApplicationSession):
    """Joins, and tells what becomes of it."""

    def __init__(self, realm, auth, joined):
        super().__init__(types.ComponentConfig(realm=realm))
        self.auth = auth
        self.joined = joined
        self.left = loop.create_future()

    def onConnect(self):
        if not self.auth:
            self.join(self.config.realm)
            return
        arguments = {key: value for key, value in self.auth.items() if key != "method"}
        self.authenticator = create_authenticator(self.auth["method"], **arguments)
        self.join(
            self.config.realm,
            authmethods=[self.auth["method"]],
            authid=self.auth["authid"],
            authextra=self.authenticator.authextra,
        )

    def onChallenge(self, challenge):
        return self.authenticator.on_challenge(self, challenge)

    def onJoin(self, details):
        self.joined.set_result(details)

    def onLeave(self, details):
        if not self.joined.done():
            self.joined.set_exception(ApplicationError(details.reason, details.message))
        self.disconnect()

    def onDisconnect(self):
        if not self.joined.done():
            self.joined.set_exception(ApplicationError("lost", "the connection was closed"))
        if not self.left.done():
            self.left.set_result(None)

    def onUserError(self, fail, msg):
        """What a handler raises is answered with; there is no need to print it too."""


class Peer:
    """Everything that this process holds, by the ids of the commands that made it."""

    def __init__(self):
        self.sessions = {}
        self.subscriptions = {}
        self.registrations = {}
        self.calls = {}
        self.invocations = {}

    async def join(self, command, session):
        joined = loop.create_future()
        made = Session(command.get("realm", "realm1"), command.get("auth"), joined)
        url = urlparse(command["url"])
        chosen = SERIALIZERS[command["serializer"]]()
        if url.scheme == "ws":
            factory = WampWebSocketClientFactory(lambda: made, url=command["url"], serializers=[chosen])
        else:
            factory = WampRawSocketClientFactory(lambda: made, serializer=chosen)
        await soon(TCP4ClientEndpoint(reactor, url.hostname, url.port).connect(factory))
        details = await joined
        self.sessions[command["id"]] = made
        told = ["session", "realm", "authid", "authrole", "authmethod"]
        return {name: getattr(details, name) for name in told}

    async def leave(self, command, session):
        if session.is_attached():
            session.leave()
        await session.left

    async def publish(self, command, session):
        options = types.PublishOptions(**command["options"])
        done = session.publish(command["topic"], *command["args"], options=options, **command["kwargs"])
        return (await soon(done)).id if done is not None else None

    async def subscribe(self, command, session):
        def handle(*args, details=None, **kwargs):
            told = {name: getattr(details, name) for name in ["publication", "publisher", "topic", "retained"]}
            say(news="event", of=command["id"], args=args, kwargs=kwargs, details=told)

        options = types.SubscribeOptions(details=True, **command["options"])
        self.subscriptions[command["id"]] = made = await soon(session.subscribe(handle, command["topic"], options))
        return made.id

    async def unsubscribe(self, command, session):
        await soon(self.subscriptions.pop(command["of"]).unsubscribe())

    async def call(self, command, session):
        def progress(*args, **kwargs):
            say(news="progress", of=command["id"], args=args, kwargs=kwargs)

        extra = {"on_progress": progress} if command["progress"] else {}
        options = types.CallOptions(**command["options"], **extra)
        made = session.call(command["procedure"], *command["args"], options=options, **command["kwargs"])
        self.calls[command["id"]] = made
        return values(await soon(made))

    async def cancel(self, command, session):
        self.calls[command["of"]].cancel()

    async def register(self, command, session):
        def handle(*args, details=None, **kwargs):
            def interrupted(_):
                say(news="interrupt", of=command["id"], number=number)

            number = len(self.invocations) + 1
            answer = Deferred(interrupted)
            self.invocations[number] = (answer, details.progress)
            told = {"caller": details.caller, "procedure": details.procedure, "progress": bool(details.progress)}
            say(news="invocation", of=command["id"], number=number, args=args, kwargs=kwargs, details=told)
            return answer

        options = types.RegisterOptions(details=True, **command["options"])
        made = await soon(session.register(handle, command["procedure"], options))
        self.registrations[command["id"]] = made
        return made.id

    async def unregister(self, command, session):
        await soon(self.registrations.pop(command["of"]).unregister())

    async def answer(self, command, session):
        answer, _ = self.invocations[command["number"]]
        if answer.called:
            return
        if "error" in command:
            answer.errback(ApplicationError(command["error"], *command["args"], **command["kwargs"]))
        else:
            answer.callback(types.CallResult(*command["args"], **command["kwargs"]))

    async def progress(self, command, session):
        _, progress = self.invocations[command["number"]]
        progress(*command["args"], **command["kwargs"])

    async def obey(self, command):
        session = self.sessions.get(command.get("session"))
        try:
            value = await getattr(self, command["do"])(command, session)
        except (Exception, CancelledError) as error:
            say(id=command["id"], error=failure(error))
        else:
            say(id=command["id"], value=value)


async def main():
    reader = asyncio.StreamReader(limit=2**26)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    peer = Peer()
    running = set()
    while line := await reader.readline():
        task = asyncio.ensure_future(peer.obey(from_wire(json.loads(line))))
        running.add(task)
        task.add_done_callback(running.discard)
    reactor.stop()


main_task = loop.create_task(main())
reactor.run()
