/** What is looked for, in the address of the page, so that a link or a reload keeps it. */

import { useLocation, useSearch } from "wouter-preact";
import { readWanted, type Wanted, writeWanted } from "../../discovery/query";

export function useWanted(): [Wanted, (change: Partial<Wanted>) => void] {
  const [path, navigate] = useLocation();
  const wanted = readWanted(useSearch());
  const look = (change: Partial<Wanted>) =>
    navigate(path + writeWanted({ ...wanted, ...change }), { replace: true });
  return [wanted, look];
}
