/** Buying against a till that behaves like the API: what is sent, how often, and what is shown. */

import { beforeEach, expect, test } from "vitest";
import { Unreachable } from "../api/problem";
import { Attempts } from "./attempt";
import { Checkout, type Outcome } from "./checkout";
import { Counter, refused, Shelf } from "./till.fixture";

const THROUGH = (): Promise<Outcome> => Promise.resolve({ went: "through" });
let counter: Counter;
let shelf: Shelf;
/** Lets the checkout look once more at what it waits for. */
let look: () => Promise<void>;
let pauses: (() => void)[];
let now: number;

beforeEach(() => {
  counter = new Counter();
  shelf = new Shelf();
  pauses = [];
  now = Date.parse("2026-12-01T12:00:00Z");
  look = async () => {
    pauses.shift()?.();
    // Everything here is in memory: a turn of the loop is enough for all of it.
    await new Promise((resolve) => setTimeout(resolve));
  };
});

function tab(): Checkout {
  const pause = () => new Promise<void>((resolve) => pauses.push(resolve));
  return new Checkout(counter, new Attempts(shelf, "acc_1", "room_1"), pause, () => now);
}

async function paying(): Promise<Checkout> {
  const checkout = tab();
  await checkout.ask({ quantity: 1 });
  return checkout;
}

test("tickets are held, paid for, and there as soon as the API knows", async () => {
  const checkout = await paying();

  await checkout.pay(THROUGH);
  await look();
  expect(checkout.buying.value).toMatchObject({ step: "settling", looks: 1 });
  counter.becomes("paid");
  await look();

  expect(checkout.buying.value).toMatchObject({ step: "bought", hold: { tickets: ["ticket_1"] } });
});

test("a double click holds once", async () => {
  const checkout = tab();

  await Promise.all([checkout.ask({ quantity: 1 }), checkout.ask({ quantity: 1 })]);

  expect(counter.asked).toHaveLength(1);
});

test("a double click pays once", async () => {
  const checkout = await paying();
  let confirmed = 0;
  const confirm = () => {
    confirmed += 1;
    return THROUGH();
  };

  await Promise.all([checkout.pay(confirm), checkout.pay(confirm)]);

  expect(confirmed).toBe(1);
});

test.each([
  ["the answer was lost", new Unreachable("no answer")],
  ["payments were away", refused(503, "payments_unavailable")],
])("when %s, the next try is the same one and nothing is held twice", async (_, error) => {
  const checkout = tab();
  counter.lose = error;

  await checkout.ask({ quantity: 1 });
  expect(checkout.buying.value).toMatchObject({ step: "choosing" });
  await checkout.ask({ quantity: 1 });

  expect(checkout.buying.value).toMatchObject({ step: "paying", hold: { hold_id: "hold_1" } });
  expect(counter.left).toBe(2);
});

test("another tab goes on with the hold of the first", async () => {
  await paying();
  const other = tab();

  await other.ask({ quantity: 2 });

  expect(other.buying.value).toMatchObject({ step: "paying", hold: { hold_id: "hold_1" } });
  expect(counter.left).toBe(2);
});

test("a reload goes on with the same hold", async () => {
  (await paying()).close();
  const reloaded = tab();

  await reloaded.resume(null);

  expect(reloaded.buying.value).toMatchObject({ step: "paying", hold: { hold_id: "hold_1" } });
});

test("on another device the limit leads to the hold that is open", async () => {
  await paying();
  counter.limit = 1;
  shelf = new Shelf();
  const elsewhere = tab();

  await elsewhere.ask({ quantity: 1 });

  expect(elsewhere.buying.value).toMatchObject({ step: "paying", hold: { hold_id: "hold_1" } });
});

test("who comes back from the bank's page by the browser's button can pay again", async () => {
  const checkout = await paying();
  await checkout.comeBack();
  expect(checkout.buying.value).toMatchObject({ step: "paying", problem: null });

  void checkout.pay(() => new Promise(() => undefined));
  expect(checkout.buying.value).toMatchObject({ busy: true });
  await checkout.comeBack();

  expect(checkout.buying.value).toMatchObject({ step: "paying", busy: false });
});

test("a declined card is told, and the same hold can be paid by another", async () => {
  const checkout = await paying();

  await checkout.pay(() => Promise.resolve({ went: "wrong", problem: "Your card was declined." }));
  expect(checkout.buying.value).toMatchObject({
    step: "paying",
    problem: "Your card was declined.",
  });
  await checkout.pay(THROUGH);
  counter.becomes("paid");
  await look();

  expect(checkout.buying.value).toMatchObject({ step: "bought", hold: { hold_id: "hold_1" } });
  expect(counter.asked).toHaveLength(1);
});

test("a form that another tab has paid for shows the tickets", async () => {
  const checkout = await paying();
  counter.becomes("paid");

  await checkout.pay(() => Promise.resolve({ went: "wrong", problem: "Paid already." }));

  expect(checkout.buying.value.step).toBe("bought");
});

test("a hold that runs out is said to, given back, and followed by a new one", async () => {
  const checkout = await paying();

  await checkout.lapse();
  expect(checkout.buying.value).toMatchObject({ step: "gone", why: "lapsed" });
  expect(counter.left).toBe(3);
  await checkout.ask({ quantity: 1 });

  expect(checkout.buying.value).toMatchObject({ step: "paying", hold: { hold_id: "hold_2" } });
  expect(new Set(counter.asked).size).toBe(2);
});

test("a hold that runs out while the bank says no is gone after that", async () => {
  const checkout = await paying();

  await checkout.pay(async () => {
    now = Date.parse("2026-12-01T12:15:01Z");
    await checkout.lapse();
    return { went: "wrong", problem: "Your card was declined." };
  });

  expect(checkout.buying.value).toMatchObject({ step: "gone", why: "lapsed" });
  expect(counter.left).toBe(3);
});

test("an answer from before they were given up brings no tickets back", async () => {
  const checkout = await paying();

  const look = checkout.look();
  await checkout.giveUp();
  await look;

  expect(checkout.buying.value.step).toBe("choosing");
});

test("tickets are given up, and others can be had", async () => {
  const checkout = await paying();

  await checkout.giveUp();
  expect(checkout.buying.value).toEqual({ step: "choosing", problem: null });
  expect(counter.left).toBe(3);
  await checkout.ask({ quantity: 3 });

  expect(checkout.buying.value).toMatchObject({ step: "paying", hold: { quantity: 3 } });
});

test("what was paid for in another tab can't be given up, and is shown instead", async () => {
  const checkout = await paying();
  counter.becomes("paid");

  await checkout.giveUp();

  expect(checkout.buying.value.step).toBe("bought");
});

test("too few left is said with their number", async () => {
  const checkout = tab();
  counter.left = 2;

  await checkout.ask({ quantity: 3 });

  expect(checkout.buying.value).toEqual({
    step: "choosing",
    problem: "Only 2 tickets are left.",
  });
});

test("back from the bank's page with a yes, it waits for the tickets", async () => {
  await paying();
  const back = tab();

  await back.resume({ holdId: "hold_1", wentWell: true });
  expect(back.buying.value.step).toBe("settling");
  counter.becomes("paid");
  await look();

  expect(back.buying.value.step).toBe("bought");
});

test("back from the bank's page too late, the money's way is followed to its end", async () => {
  await paying();
  counter.becomes("lapsed");
  const back = tab();

  await back.resume({ holdId: "hold_1", wentWell: true });
  expect(back.buying.value.step).toBe("settling");
  counter.becomes("refunded");
  await look();

  expect(back.buying.value).toMatchObject({ step: "gone", why: "refunded" });
});

test("back from the bank's page with a no, another card may be tried", async () => {
  await paying();
  const back = tab();

  await back.resume({ holdId: "hold_1", wentWell: false });

  expect(back.buying.value).toMatchObject({ step: "paying", busy: false });
  expect(back.buying.value).toHaveProperty("problem", expect.stringContaining("bank"));
});

test("somebody else's hold in the address leads nowhere", async () => {
  const checkout = tab();

  await checkout.resume({ holdId: "hold_of_another", wentWell: true });

  expect(checkout.buying.value).toEqual({ step: "choosing", problem: null });
});

test("with the API away while a payment settles, it looks again", async () => {
  const checkout = await paying();
  await checkout.pay(THROUGH);
  const { read } = counter;
  counter.read = () => Promise.reject(new Unreachable("away"));
  await look();
  expect(checkout.buying.value.step).toBe("settling");
  counter.read = read;
  counter.becomes("paid");

  await look();

  expect(checkout.buying.value.step).toBe("bought");
});
