/** Buying on a page: what was begun before goes on, and goes on elsewhere when the page is left. */

import { useEffect, useMemo } from "preact/hooks";
import { placeHold, readHold, releaseHold } from "../../api/holds";
import { Attempts } from "../../tickets/attempt";
import { Checkout } from "../../tickets/checkout";
import { readReturn } from "../../tickets/return";

export function useCheckout(roomId: string, accountId: string): Checkout {
  const checkout = useMemo(() => {
    const till = {
      place: placeHold.bind(null, roomId),
      read: readHold,
      release: releaseHold,
    };
    return new Checkout(till, new Attempts(localStorage, accountId, roomId));
  }, [roomId, accountId]);
  useEffect(() => {
    const back = readReturn(location.search);
    // Once read it is no address to keep, share or reload: it holds the payment's secret.
    if (back) history.replaceState(history.state, "", location.pathname);
    void checkout.resume(back);
    const look = () => document.visibilityState === "visible" && void checkout.look();
    const comeBack = (event: PageTransitionEvent) => event.persisted && void checkout.comeBack();
    document.addEventListener("visibilitychange", look);
    window.addEventListener("pageshow", comeBack);
    return () => {
      window.removeEventListener("pageshow", comeBack);
      document.removeEventListener("visibilitychange", look);
      checkout.close();
    };
  }, [checkout]);
  return checkout;
}
