// `Stripe(key)`: the surface of Stripe.js that a page needs to take one payment.

function Stripe(key) {
  if (typeof key !== "string" || !key.startsWith("pk_")) {
    throw new Error("Stripe() needs a publishable key: it begins with pk_.");
  }

  async function retrievePaymentIntent(clientSecret) {
    const params = { client_secret: clientSecret };
    return asIntent(await call(key, "GET", intentPath(clientSecret), params));
  }

  async function handleNextAction({ clientSecret }) {
    return goOn(await retrievePaymentIntent(clientSecret), clientSecret);
  }

  /** What the buyer still has to do: nothing, or to answer their bank. */
  async function goOn(asked, clientSecret) {
    const action = asked.paymentIntent?.next_action;
    if (!action) return asked;
    if (action.type === "redirect_to_url") return leave(action.redirect_to_url.url);
    await challenge(action.use_stripe_sdk.stripe_js, asked.paymentIntent.id);
    const answered = await retrievePaymentIntent(clientSecret);
    const failed = answered.paymentIntent?.last_payment_error;
    return failed ? { error: { ...failed, payment_intent: answered.paymentIntent } } : answered;
  }

  async function confirmPayment({ elements, clientSecret, confirmParams, redirect }) {
    const secret = clientSecret ?? elements.clientSecret;
    const { card, error } = elements.read();
    if (error) return { error };
    const method = await call(key, "POST", "/v1/payment_methods", { type: "card", card });
    if (method.error) return { error: method.error };
    const confirmed = await call(key, "POST", `${intentPath(secret)}/confirm`, {
      client_secret: secret,
      payment_method: method.data.id,
      return_url: confirmParams?.return_url,
      use_stripe_sdk: true,
    });
    const result = await goOn(asIntent(confirmed), secret);
    if (result.error || redirect === "if_required") return result;
    const back = new URL(confirmParams.return_url);
    back.searchParams.set("payment_intent", result.paymentIntent.id);
    back.searchParams.set("payment_intent_client_secret", secret);
    back.searchParams.set("redirect_status", result.paymentIntent.status);
    return leave(back);
  }

  return {
    elements: (options) => new Elements(options),
    confirmPayment,
    handleNextAction,
    retrievePaymentIntent,
    registerAppInfo() {},
    _registerWrapper() {},
  };
}

Stripe.version = "endive";

class Elements {
  #payment = null;
  #appearance;

  constructor({ clientSecret, appearance } = {}) {
    intentPath(clientSecret);
    this.clientSecret = clientSecret;
    this.#appearance = appearance;
  }

  create(kind) {
    if (kind !== "payment") throw new Error(`The stand-in has no "${kind}" element, only "payment".`);
    if (this.#payment) throw new Error("A payment element was created already.");
    this.#payment = new PaymentElement(this.#appearance);
    return this.#payment;
  }

  getElement(kind) {
    return kind === "payment" ? this.#payment : null;
  }

  update({ appearance }) {
    this.#appearance = appearance ?? this.#appearance;
    this.#payment?.dress(this.#appearance);
  }

  async submit() {
    const { error } = this.read();
    return error ? { error } : {};
  }

  read() {
    if (!this.#payment) throw new Error("No payment element was created.");
    return this.#payment.read();
  }
}

const asIntent = ({ data, error }) => (error ? { error } : { paymentIntent: data });

/** Nothing comes after leaving the page. */
function leave(url) {
  location.assign(url);
  return new Promise(() => {});
}

window.Stripe = Stripe;
