/** What the payment form's answers mean for a buyer. */

import type { PaymentIntent, PaymentIntentResult, StripeError } from "@stripe/stripe-js";
import { expect, test } from "vitest";
import { NOT_CONFIRMED } from "./refusal";
import { judge } from "./stripe";

const succeeded = (status: PaymentIntent.Status): PaymentIntentResult => ({
  paymentIntent: { status } as PaymentIntent,
});
const failed = (type: StripeError["type"], message: string, status?: PaymentIntent.Status) => {
  const error: StripeError = { type, message };
  if (status) error.payment_intent = { status } as PaymentIntent;
  return { error };
};

test.each(["succeeded", "processing"] as const)("a payment that is %s went through", (status) => {
  expect(judge(succeeded(status))).toEqual({ went: "through" });
});

test("one that waits for another method did not", () => {
  expect(judge(succeeded("requires_payment_method")).went).toBe("wrong");
});

test("a declined card is told in the bank's words", () => {
  const outcome = judge(failed("card_error", "Your card was declined.", "requires_payment_method"));

  expect(outcome).toEqual({ went: "wrong", problem: "Your card was declined." });
});

test("what is wrong with a field, the form says itself", () => {
  const outcome = judge(failed("validation_error", "Your card number is incomplete."));

  expect(outcome).toEqual({ went: "wrong", problem: null });
});

test("an error about our requests is not the buyer's to read", () => {
  const outcome = judge(failed("invalid_request_error", "No such payment_intent: pi_1"));

  expect(outcome).toHaveProperty("problem", expect.not.stringContaining("payment_intent"));
});

test("a bank that was not convinced is named", () => {
  const code = "payment_intent_authentication_failure";
  const { error } = failed("invalid_request_error", "failed authentication");

  expect(judge({ error: { ...error, code } })).toEqual({ went: "wrong", problem: NOT_CONFIRMED });
});

test("a form that comes second after another tab has nothing more to pay", () => {
  const outcome = judge(failed("invalid_request_error", "already succeeded", "succeeded"));

  expect(outcome).toEqual({ went: "through" });
});
