/** The payment form: Stripe's Payment Element, by the script that the deployment names. */

import type {
  Appearance,
  PaymentIntentResult,
  Stripe,
  StripeConstructor,
  StripeElements,
} from "@stripe/stripe-js";
import { readConfig } from "../config";
import type { Outcome } from "./checkout";
import { NOT_CONFIRMED } from "./refusal";
import type { Payment } from "./types";

const STRIPE_JS = "https://js.stripe.com/v3/";
const UNCLEAR = "The payment didn't go through. Try again, or use another card.";

/** A form on the page, ready to be filled in. */
export interface PaymentForm {
  /** Pays; a bank that wants to see the buyer sends them to its page, and back to `returnUrl`. */
  confirm(returnUrl: string): Promise<Outcome>;
}

/** Puts the form into an element of the page; fails if the script can't be had. */
export async function openForm(
  payment: Payment,
  element: HTMLElement,
  appearance: Appearance,
): Promise<PaymentForm> {
  const stripe = await stripeFor(payment.publishable_key);
  const { client_secret: clientSecret } = payment;
  const elements = stripe.elements({ clientSecret, appearance });
  const form = elements.create("payment");
  await new Promise<void>((resolve, reject) => {
    form.once("ready", () => resolve());
    form.once("loaderror", ({ error }) => reject(new Error(error.message)));
    form.mount(element);
  });
  return { confirm: (returnUrl) => confirm(stripe, elements, returnUrl) };
}

async function confirm(
  stripe: Stripe,
  elements: StripeElements,
  returnUrl: string,
): Promise<Outcome> {
  const confirmParams = { return_url: returnUrl };
  try {
    return judge(await stripe.confirmPayment({ elements, confirmParams, redirect: "if_required" }));
  } catch {
    return { went: "wrong", problem: UNCLEAR };
  }
}

/** What the form's answer means for the buyer. */
export function judge({ paymentIntent, error }: PaymentIntentResult): Outcome {
  // Of a payment that went through already, say in another tab, the form says that it can't.
  const status = (paymentIntent ?? error?.payment_intent)?.status;
  if (status === "succeeded" || status === "processing") return { went: "through" };
  if (error?.code === "payment_intent_authentication_failure") {
    return { went: "wrong", problem: NOT_CONFIRMED };
  }
  if (error?.type === "validation_error") return { went: "wrong", problem: null };
  // Stripe writes these for the buyer's eyes; the others are about our requests.
  return { went: "wrong", problem: (error?.type === "card_error" && error.message) || UNCLEAR };
}

let loading: Promise<StripeConstructor> | null = null;
const known = new Map<string, Stripe>();

async function stripeFor(publishableKey: string): Promise<Stripe> {
  // A script that could not be had is asked for again next time.
  loading ??= load().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  const construct = await loading;
  const stripe = known.get(publishableKey) ?? construct(publishableKey);
  known.set(publishableKey, stripe);
  return stripe;
}

/** `loadStripe` of the npm package knows only Stripe's own address; the rest of it are types. */
async function load(): Promise<StripeConstructor> {
  const { stripe_js: source = STRIPE_JS } = await readConfig();
  const script = document.createElement("script");
  script.src = source;
  await new Promise((resolve, reject) => {
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  }).catch((error: unknown) => {
    script.remove();
    throw error;
  });
  if (!window.Stripe) throw new Error(`there is no Stripe.js at ${source}`);
  return window.Stripe;
}
