import { asError } from '@wigwag/core/session';
import type { Encoded, Message, Serializer } from '@wigwag/core/wire';
import { encode } from '@wigwag/core/wire';

/** One message in the serializers of all who get it, made on first use, and so once for each serializer. */
export class Encodings {
  readonly #made = new Map<string, Encoded | Error>();
  #last: Encoded | Error | undefined;
  #lastId: string | undefined;

  constructor(private readonly message: Message) {}

  /** The error that says why it cannot be done is memoised too. */
  in(serializer: Serializer): Encoded | Error {
    if (this.#last === undefined || this.#lastId !== serializer.id) {
      this.#last = this.#made.get(serializer.id) ?? this.#make(serializer);
      this.#lastId = serializer.id;
    }
    return this.#last;
  }

  #make(serializer: Serializer): Encoded | Error {
    let made: Encoded | Error;
    try {
      made = encode(this.message, serializer);
    } catch (error) {
      made = asError(error);
    }
    this.#made.set(serializer.id, made);
    return made;
  }
}
