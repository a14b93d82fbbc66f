import type { Uri } from '@wigwag/core/wire';
import { ErrorUri, isPattern, isUri } from '@wigwag/core/wire';
import { dictArgument, textArgument, textKeyword } from './arguments.js';
import type { DefinedType, Definition, DefinitionChange, Definitions } from './definitions.js';
import { definedTypes } from './definitions.js';
import { pageOf, pageResult, uriRange } from './page.js';
import type { MetaCall, MetaProcedure } from './procedure.js';
import { CallRefused, invalidArgument } from './procedure.js';
import type { PublishMeta } from './publisher.js';
import { MetaTopic } from './topics.js';

/** Publishes what was defined and undefined (spec: "Reflection Events and Procedures"). */
export function tellDefinition(publish: PublishMeta, change: DefinitionChange): void {
  const { uri, type, text } = change.definition;
  if (change.type === 'defined') publish(MetaTopic.DEFINED, [uri, text, change.isNew]);
  else publish(MetaTopic.UNDEFINED, [uri, type]);
}

/** `wamp.reflect.*` and `wamp.reflection.*` (spec: "Interface Reflection"; the arguments are ours, it names none). */
export function reflectionProcedures(
  definitions: Definitions,
  publish: PublishMeta,
  maxListed: number,
): Readonly<Record<Uri, MetaProcedure>> {
  const describe = (call: MetaCall, types: readonly DefinedType[]) => {
    const uri = textArgument(call, 0, 'uri');
    const [found] = types.flatMap((type) => definitions.get(type, uri) ?? []);
    return { args: [found?.text ?? null] };
  };
  const procedures: Record<Uri, MetaProcedure> = {
    'wamp.reflect.define': (call) => {
      if (call.args[1] === null || call.args[1] === undefined) {
        const changes = definitions.undefine(call.caller, textArgument(call, 0, 'uri'), typesOf(call));
        for (const change of changes ?? []) tellDefinition(publish, change);
        return { args: [changes ? true : null] };
      }
      const change = definitions.define(call.caller, definitionOf(call));
      if (change) tellDefinition(publish, change);
      return { args: [change?.type === 'defined' ? change.isNew : null] };
    },
    'wamp.reflect.describe': (call) => describe(call, typesOf(call)),
  };
  for (const type of definedTypes) {
    procedures[`wamp.reflection.${type}.list`] = (call) =>
      pageResult(pageOf(definitions.list(type), uriRange(call, maxListed)));
    procedures[`wamp.reflection.${type}.describe`] = (call) => describe(call, [type]);
  }
  return procedures;
}

/** @throws CallRefused */
function definitionOf(call: MetaCall): Definition {
  const uri = textArgument(call, 0, 'uri');
  if (!isUri(uri) && !isPattern(uri, 'wildcard')) {
    throw new CallRefused(ErrorUri.INVALID_URI, `${JSON.stringify(uri)} is no URI, and no pattern of URIs`);
  }
  if (uri === 'wamp' || uri.startsWith('wamp.')) {
    throw new CallRefused(ErrorUri.INVALID_URI, `${uri} begins with "wamp", which is reserved for the protocol itself`);
  }
  const given = dictArgument(call, 1, 'definition');
  const type = definedTypes.find((each) => each === given.type);
  if (!type) throw invalidArgument(`argument 2 (definition) needs a type, one of ${definedTypes.join(', ')}`);
  return { uri, type, text: { ...given, uri, type } };
}

/** The type that the keyword argument `type` names, or all of them. @throws CallRefused */
function typesOf(call: MetaCall): readonly DefinedType[] {
  const name = textKeyword(call, 'type');
  if (name === undefined) return definedTypes;
  const type = definedTypes.find((each) => each === name);
  if (!type) throw invalidArgument(`keyword argument type must be one of ${definedTypes.join(', ')}`);
  return [type];
}
