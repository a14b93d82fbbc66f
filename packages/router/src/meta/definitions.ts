import type { Dict, Uri } from '@wigwag/core/wire';
import { ErrorUri } from '@wigwag/core/wire';
import type { Member } from '../session/member.js';
import { weigh } from '../weight.js';
import { CallRefused } from './procedure.js';

/** What can be defined (spec: "Interface Reflection"). */
export type DefinedType = 'topic' | 'procedure' | 'error';
export const definedTypes: readonly DefinedType[] = ['procedure', 'topic', 'error'];

/** How much one session may define. */
export interface DefinitionLimits {
  readonly maxDefinitions: number;
  readonly maxDefinitionBytes: number;
}

/** What a session says of a topic, a procedure or an error. */
export interface Definition {
  readonly uri: Uri;
  readonly type: DefinedType;
  /** As it was given, `uri` and `type` among it. */
  readonly text: Dict;
}

/** What changed for those who read definitions. */
export type DefinitionChange =
  | { readonly type: 'defined'; readonly definition: Definition; readonly isNew: boolean }
  | { readonly type: 'undefined'; readonly definition: Definition };

interface Own {
  readonly definitions: Map<string, { readonly definition: Definition; readonly bytes: number }>;
  bytes: number;
}

/**
 * The definitions of one realm. Each belongs to the session that made it and goes with it. Several may define the same,
 * as the instances of a service do: the one that was first counts, so that nobody can talk over it, and the next one
 * takes its place when it is gone.
 */
export class Definitions {
  readonly #byType: Readonly<Record<DefinedType, Map<Uri, Map<Member, Definition>>>> = {
    topic: new Map(),
    procedure: new Map(),
    error: new Map(),
  };
  readonly #byMember = new Map<Member, Own>();

  constructor(private readonly limits: DefinitionLimits) {}

  /** URIs with a definition, of each type. */
  get size(): number {
    return definedTypes.reduce((sum, type) => sum + this.#byType[type].size, 0);
  }

  get(type: DefinedType, uri: Uri): Definition | undefined {
    return this.#byType[type].get(uri)?.values().next().value;
  }

  /** The URIs with a definition. */
  list(type: DefinedType): Iterable<Uri> {
    return this.#byType[type].keys();
  }

  /**
   * Defines, or says it anew.
   * @returns the change; none where somebody else's definition counts
   * @throws CallRefused `wigwag.error.limit_exceeded`
   */
  define(member: Member, definition: Definition): DefinitionChange | undefined {
    const { type, uri } = definition;
    this.#charge(member, definition);
    const all = this.#byType[type].get(uri) ?? new Map<Member, Definition>();
    const isNew = all.size === 0;
    all.set(member, definition);
    this.#byType[type].set(uri, all);
    return this.get(type, uri) === definition ? { type: 'defined', definition, isNew } : undefined;
  }

  /** Takes back what a member defined under `uri`, of one type or of all. @returns the changes; `undefined` where there was nothing */
  undefine(member: Member, uri: Uri, types: readonly DefinedType[]): DefinitionChange[] | undefined {
    const own = this.#byMember.get(member);
    const mine = types.flatMap((type) => own?.definitions.get(keyOf({ type, uri }))?.definition ?? []);
    if (mine.length === 0) return undefined;
    for (const definition of mine) this.#discharge(member, definition);
    return mine.flatMap((definition) => this.#remove(member, definition));
  }

  /** What changes when a member is gone. */
  leave(member: Member): DefinitionChange[] {
    const own = this.#byMember.get(member);
    if (!own) return [];
    this.#byMember.delete(member);
    return [...own.definitions.values()].flatMap(({ definition }) => this.#remove(member, definition));
  }

  #remove(member: Member, definition: Definition): DefinitionChange[] {
    const { type, uri } = definition;
    const all = this.#byType[type].get(uri);
    if (!all) return [];
    const counted = this.get(type, uri) === definition;
    all.delete(member);
    if (all.size === 0) {
      this.#byType[type].delete(uri);
      return [{ type: 'undefined', definition }];
    }
    const next = this.get(type, uri);
    return counted && next ? [{ type: 'defined', definition: next, isNew: false }] : [];
  }

  #charge(member: Member, definition: Definition): void {
    const { maxDefinitions, maxDefinitionBytes } = this.limits;
    const own: Own = this.#byMember.get(member) ?? { definitions: new Map(), bytes: 0 };
    const before = own.definitions.get(keyOf(definition));
    const bytes = weigh(definition.text);
    const total = own.bytes + bytes - (before?.bytes ?? 0);
    if (!before && own.definitions.size >= maxDefinitions) {
      throw tooMuch(`a session may define ${maxDefinitions} things (maxDefinitions)`);
    }
    if (total > maxDefinitionBytes) {
      throw tooMuch(
        `a session's definitions may have ${maxDefinitionBytes} bytes (maxDefinitionBytes), and these have ${total}`,
      );
    }
    own.definitions.set(keyOf(definition), { definition, bytes });
    own.bytes = total;
    this.#byMember.set(member, own);
  }

  #discharge(member: Member, definition: Definition): void {
    const own = this.#byMember.get(member);
    const key = keyOf(definition);
    if (!own) return;
    own.bytes -= own.definitions.get(key)?.bytes ?? 0;
    own.definitions.delete(key);
    if (own.definitions.size === 0) this.#byMember.delete(member);
  }
}

function keyOf({ type, uri }: Pick<Definition, 'type' | 'uri'>): string {
  return `${type} ${uri}`;
}

function tooMuch(message: string): CallRefused {
  return new CallRefused(ErrorUri.LIMIT_EXCEEDED, message);
}
