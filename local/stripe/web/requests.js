// Calls of the API as a browser may make them: with the publishable key and an intent's secret.

// The API is where this script came from.
const API = new URL(document.currentScript.src).origin;

/** {data} or {error}; a network that fails is an error, too. */
async function call(key, method, path, params) {
  const form = new URLSearchParams();
  fill(form, "", { ...params, key });
  const query = method === "GET" ? `?${form}` : "";
  const body = method === "POST" ? form : undefined;
  try {
    const response = await fetch(API + path + query, { method, body });
    const data = await response.json();
    return response.ok ? { data } : { error: data.error };
  } catch {
    const message = "We are experiencing issues connecting to our payments provider. Try again.";
    return { error: { type: "api_connection_error", message } };
  }
}

/** `{a: {b: 1}}` becomes `a[b]=1`. */
function fill(form, prefix, value) {
  for (const [name, member] of Object.entries(value)) {
    const full = prefix ? `${prefix}[${name}]` : name;
    if (typeof member === "object" && member !== null) fill(form, full, member);
    else if (member !== undefined && member !== null) form.append(full, String(member));
  }
}

/** `pi_..._secret_...` names the intent. */
function intentPath(clientSecret) {
  const name = /^(pi_[A-Za-z0-9]+)_secret_/.exec(clientSecret ?? "")?.[1];
  if (!name) throw new Error("Invalid value for clientSecret: it must be a PaymentIntent's.");
  return `/v1/payment_intents/${name}`;
}
