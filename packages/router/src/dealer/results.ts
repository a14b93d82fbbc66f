import { textOf } from '@wigwag/core/session';
import type { Dict, Id, WampErrorMessage, Yield } from '@wigwag/core/wire';
import { Code, ErrorUri, nameOf, ProtocolError } from '@wigwag/core/wire';
import { canRead, passthru } from '../passthru.js';
import type { Member } from '../session/member.js';
import { unsendable } from '../session/unsendable.js';
import { answer } from './answer.js';
import { grantFrom, grantInput } from './credit.js';
import type { Endings } from './endings.js';
import type { Invocation, Invocations } from './invocations.js';
import type { Routing } from './routing.js';

/** Takes what callees answer to those who called: results, their parts, and errors. */
export class Results {
  constructor(
    private readonly invocations: Invocations,
    private readonly endings: Endings,
    private readonly routing: Routing,
  ) {}

  /** @throws ProtocolError when the callee was never sent such an INVOCATION */
  yield(callee: Member, message: Yield): void {
    this.#result(callee, message);
    if (!message.options.progress) this.routing.free(callee, message.request);
  }

  #result(callee: Member, message: Yield): void {
    const invocation = this.#find(callee, message.request, Code.YIELD);
    if (!invocation) return;
    const { options, payload } = message;
    const granted = invocation.metered ? grantFrom(callee, 'callee', message) : undefined;
    if (granted !== undefined) {
      grantInput(invocation, granted);
      return;
    }
    if (options.progress) {
      // A callee that sends parts to a caller that cannot take them: those are lost, the result is not.
      if (!invocation.progressive) return;
      this.endings.commit(invocation);
      this.endings.restartTimer(invocation);
    } else {
      this.endings.close(invocation);
    }
    const { caller, request } = invocation;
    if (!canRead(options, 'caller', caller.details)) {
      if (options.progress) this.endings.cancel(invocation, 'killnowait', ErrorUri.FEATURE_NOT_SUPPORTED, UNREADABLE);
      else answer(invocation, ErrorUri.FEATURE_NOT_SUPPORTED, UNREADABLE);
      return;
    }
    try {
      const details = options.progress ? { progress: true, ...passthru(options) } : (passthru(options) ?? NONE);
      const result = { code: Code.RESULT, request, details, payload };
      if (!options.progress) caller.send(result);
      else if (!caller.sendPart(result)) this.endings.overflow(invocation, 'the caller', 'the parts of the answer');
    } catch (error) {
      const message = `the result cannot be sent to the caller: ${textOf(error)}`;
      if (options.progress) this.endings.cancel(invocation, 'killnowait', unsendable(error), message);
      else answer(invocation, unsendable(error), message);
    }
  }

  /** @throws ProtocolError when the callee was never sent such an INVOCATION */
  error(callee: Member, message: WampErrorMessage): void {
    const { requestType, request } = message;
    if (requestType !== Code.INVOCATION) {
      throw new ProtocolError(`a client sends ERROR for INVOCATION only, and this one is for ${nameOf(requestType)}`);
    }
    this.#failure(callee, message);
    this.routing.free(callee, request);
  }

  #failure(callee: Member, { request, details, error, payload }: WampErrorMessage): void {
    const invocation = this.#find(callee, request, Code.ERROR);
    if (!invocation) return;
    if (error === ErrorUri.UNAVAILABLE && this.routing.reroute(invocation)) return;
    this.endings.close(invocation);
    if (!canRead(details, 'caller', invocation.caller.details)) {
      answer(invocation, ErrorUri.FEATURE_NOT_SUPPORTED, `${UNREADABLE}; it was the error ${error}`);
      return;
    }
    try {
      invocation.caller.send({
        code: Code.ERROR,
        requestType: Code.CALL,
        request: invocation.request,
        details,
        error,
        payload,
      });
    } catch (cause) {
      const message = `the callee's error ${error} cannot be sent to the caller: ${textOf(cause)}`;
      answer(invocation, unsendable(cause), message);
    }
  }

  /** The open call that an answer is for; `undefined` when it is over already. */
  #find(callee: Member, id: Id, code: number): Invocation | undefined {
    const invocation = this.invocations.ofCallee(callee, id);
    if (!invocation && !this.invocations.wasIssued(callee, id)) {
      throw new ProtocolError(`${nameOf(code)} is for invocation ${id}, which this session was never sent`);
    }
    return invocation;
  }
}

/** The details of nearly every result. */
const NONE: Dict = {};

/** Of what the callee has answered. */
const UNREADABLE =
  'the answer is an opaque payload (ppt_scheme), and this caller did not announce payload_passthru_mode';
