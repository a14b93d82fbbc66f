/** Who is logged in to the site; `undefined` when nobody is. */
export async function whoAmI(): Promise<string | undefined> {
  const { email } = await ask('GET', '/me');
  return typeof email === 'string' ? email : undefined;
}

/** @throws Error with what the site says, when it does not let them in */
export async function logIn(form: HTMLFormElement): Promise<string> {
  const fields = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  const { email } = await ask('POST', '/login', new URLSearchParams(fields));
  return String(email);
}

export async function logOut(): Promise<void> {
  await ask('POST', '/logout');
}

/** A token for the router, fetched at each connection: the last one may have expired. */
export async function fetchToken(): Promise<string> {
  const { token } = await ask('GET', '/token');
  return String(token);
}

async function ask(method: string, path: string, body?: URLSearchParams): Promise<Record<string, unknown>> {
  const response = await fetch(path, { method, ...(body && { body }) });
  const answer: Record<string, unknown> = await response.json();
  if (!response.ok) throw new Error(String(answer.error));
  return answer;
}
