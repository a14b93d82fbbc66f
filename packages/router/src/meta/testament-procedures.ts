import type { Dict, Publish, PublishOptions, Serializer, Uri } from '@wigwag/core/wire';
import { Code, ownedPayload, Payload, publishOptions, ReceivedPayload } from '@wigwag/core/wire';
import { sizeOf } from '../received.js';
import type { Admission } from '../session/admission.js';
import { isRefused } from '../session/admission.js';
import type { Member } from '../session/member.js';
import { weigh } from '../weight.js';
import { dictArgument, dictKeyword, listArgument, textArgument, textKeyword } from './arguments.js';
import type { MetaAnswer, MetaCall, MetaProcedure } from './procedure.js';
import { invalidArgument } from './procedure.js';
import type { Testament, TestamentScope, Testaments } from './testaments.js';

/** Whether a session may publish this; the answer of the same stages that its PUBLISH would pass. */
export type AdmitPublish = (member: Member, publish: Publish) => Admission | Promise<Admission>;

/** `wamp.session.add_testament` and `wamp.session.flush_testaments` (spec: "Testament Meta Procedures"). */
export function testamentProcedures(testaments: Testaments, admit: AdmitPublish): Readonly<Record<Uri, MetaProcedure>> {
  return {
    'wamp.session.add_testament': (call) => {
      const { caller } = call;
      const testament = makeTestament(call);
      testaments.add(caller, testament);
      const conclude = (admission: Admission): MetaAnswer => {
        if (isRefused(admission)) {
          testaments.drop(caller, testament);
          return admission;
        }
        testament.admitted = true;
        testament.publish = { ...testament.publish, ...admission };
        return {};
      };
      const failed = (error: unknown): never => {
        testaments.drop(caller, testament);
        throw error;
      };
      let answer: ReturnType<AdmitPublish>;
      try {
        answer = admit(caller, testament.publish);
      } catch (error) {
        return failed(error);
      }
      return answer instanceof Promise ? answer.then(conclude, failed) : conclude(answer);
    },
    'wamp.session.flush_testaments': (call) => ({ args: [testaments.flush(call.caller, scopeOf(call))] }),
  };
}

/** @throws CallRefused, ProtocolError that names what is wrong */
function makeTestament(call: MetaCall): Testament {
  const topic = textArgument(call, 0, 'topic');
  const payload = kept(listArgument(call, 1, 'args'), dictArgument(call, 2, 'kwargs', {}), call.caller.serializer);
  const given = dictKeyword(call, 'publish_options') ?? {};
  const publish: Publish = { code: Code.PUBLISH, request: 0, options: sensible(publishOptions(given)), topic, payload };
  const bytes = weigh(topic) + weigh(given) + sizeOf(payload, call.caller.serializer);
  return { scope: scopeOf(call), publish, bytes, admitted: false };
}

/** As encoded bytes, which are what is kept until the session ends. */
function kept(args: readonly unknown[], kwargs: Dict, serializer: Serializer): Payload | undefined {
  const payload = Payload.of(args, Object.keys(kwargs).length > 0 ? kwargs : undefined);
  return payload && ownedPayload(new ReceivedPayload(serializer, payload.slice(serializer)));
}

/** Without what asks for an answer: nobody is left to get one. */
function sensible({ acknowledge: _, x_acknowledged_delivery: __, ...options }: PublishOptions): PublishOptions {
  return options;
}

function scopeOf(call: MetaCall): TestamentScope {
  const scope = textKeyword(call, 'scope') ?? 'destroyed';
  if (scope === 'detached' || scope === 'destroyed') return scope;
  throw invalidArgument('keyword argument scope must be detached or destroyed');
}
