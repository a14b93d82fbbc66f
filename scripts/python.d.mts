/** What to tell who has none. */
export declare const noPython: string;
/** What Debian calls them. */
export declare const pythonPackages: readonly string[];
/** The Python that PYTHON_PATH names, or one in its usual places, that has Autobahn; undefined when there is none. */
export declare function findPython(): string | undefined;
