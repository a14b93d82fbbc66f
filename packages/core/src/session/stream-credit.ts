/** Chunks that may be under way in one direction of a stream between peers that both keep to credit. */
export const WINDOW = 16;

/** Chunks that wait to be read from a peer that does not; one more ends the call. */
export const UNHEEDED_LIMIT = 1_024;
