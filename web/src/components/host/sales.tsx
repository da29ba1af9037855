/** A host's statement, sale by sale; each unfolds into its entries in the ledger. */

import { useEffect, useState } from "preact/hooks";
import { readStatement } from "../../api/payouts";
import { readRoom } from "../../api/rooms";
import { sentence } from "../../api/problem";
import { written } from "../../tickets/money";
import {
  accountName,
  balanced,
  kindName,
  lines,
  mine,
  type Sale,
  steps,
} from "../../tickets/statement";
import { MoreButton } from "../more-button";
import { usePages } from "../pages";
import { moment, timestamp } from "../when";

export function Sales({ accountId }: { accountId: string }) {
  const pages = usePages(accountId, (cursor) => readStatement(cursor));
  const { items, error } = pages;
  const titles = useTitles(items ?? []);
  return (
    <section class="sales" aria-labelledby="sales">
      <h2 id="sales">Sales</h2>
      {error !== undefined && (
        <p class="banner" role="alert">
          {sentence(error)}
        </p>
      )}
      {items?.length === 0 && <p class="note">Nothing was sold yet.</p>}
      <ul>
        {items?.map((sale) => (
          <li key={sale.hold_id}>
            <SaleLine sale={sale} title={titles.get(sale.room_id)} />
          </li>
        ))}
      </ul>
      <MoreButton pages={pages} />
    </section>
  );
}

function SaleLine({ sale, title }: { sale: Sale; title: string | undefined }) {
  const { at, quantity, gross, refunds, share, currency } = sale;
  return (
    <details class="sale">
      <summary>
        <span class="sale-what">
          <strong>{title ?? "A room"}</strong>
          <small class="note">
            {moment(at)} · {sold(quantity)}
            {refunds > 0 && (refunds < gross ? " · partly returned" : " · returned")}
          </small>
        </span>
        <span class="sale-share">{written({ amount: share, currency })}</span>
      </summary>
      <dl class="lines">
        {lines(sale).map(([label, amount]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{amount}</dd>
          </div>
        ))}
      </dl>
      <Ledger sale={sale} />
    </details>
  );
}

function sold(quantity: number): string {
  if (quantity === 0) return "no ticket";
  return quantity === 1 ? "1 ticket" : `${quantity} tickets`;
}

/** What was booked, step by step, down to what is the host's. */
function Ledger({ sale }: { sale: Sale }) {
  const money = (amount: number) => written({ amount, currency: sale.currency });
  return (
    <table>
      <caption>
        In the ledger{!balanced(sale) && <strong> (these figures don't add up)</strong>}
      </caption>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Whose</th>
          <th scope="col">Amount</th>
        </tr>
      </thead>
      {steps(sale).map(({ at, words, entries }, index) => (
        <tbody key={index}>
          <tr>
            <th scope="rowgroup" colSpan={3}>
              {words} <time dateTime={at}>{timestamp(at)}</time>
            </th>
          </tr>
          {entries.map((entry, place) => (
            <tr key={place}>
              <td>{kindName(entry.kind)}</td>
              <td>{accountName(entry.account)}</td>
              <td>{money(entry.amount)}</td>
            </tr>
          ))}
        </tbody>
      ))}
      <tfoot>
        <tr>
          <th scope="row" colSpan={2}>
            Yours in all
          </th>
          <td>{money(mine(sale))}</td>
        </tr>
      </tfoot>
    </table>
  );
}

/** What the rooms of these sales are called, as far as it is known yet. */
function useTitles(sales: Sale[]): ReadonlyMap<string, string> {
  const [titles, setTitles] = useState<ReadonlyMap<string, string>>(new Map());
  const missing = [...new Set(sales.map((sale) => sale.room_id))].filter((id) => !titles.has(id));
  const key = missing.join();
  useEffect(() => {
    if (!key) return;
    void Promise.allSettled(missing.map(readRoom)).then((found) => {
      const known = found.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      setTitles(
        (last) => new Map([...last, ...known.map((one) => [one.room_id, one.title] as const)]),
      );
    });
  }, [key]);
  return titles;
}
