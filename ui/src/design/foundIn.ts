/**
 * The way back to a list, and the place in it. A record opened from a list carries the list's address and the
 * place in its own history entry; the list's entry keeps the place for the browser's way back.
 */
import { useLocation, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import type { ListSearch } from "./listSearch";

/** Where somebody stood in a list. */
export interface Place {
  /** Of the row. */
  key: string;
  index: number;
  /** How far the list was scrolled. */
  top: number;
}

/** Addresses of lists whose rows open a page of their own. */
export type ListAddress = "/payments" | "/my-payments" | "/enrollments" | "/courses" | "/catalog";

export interface FoundIn {
  to: ListAddress;
  search: ListSearch;
  place: Place;
  /** The list's entry in the history. */
  entry: string;
}

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** On a record: the list it was opened from. */
    foundIn?: FoundIn;
    /** On a list: where to stand in it. */
    place?: Place;
  }
}

/** Places by history entry, for the browser's own way back. */
const places = new Map<string, Place>();
const MOST = 100;

/** Remembers where a list's entry stands. */
export function keepPlace(entry: string, place: Place): void {
  places.delete(entry);
  places.set(entry, place);
  const oldest = places.size > MOST ? places.keys().next().value : undefined;
  if (oldest !== undefined) places.delete(oldest);
}

/** For a list: where to stand in it when it appears, and what a record opened from it has to carry. */
export function useListPlace(to: ListAddress) {
  const router = useRouter();
  const [place] = useState<Place | null>(() => {
    const { state } = router.state.location;
    return state.place ?? places.get(state.__TSR_key ?? "") ?? null;
  });
  return {
    place,
    /** The history state of a record opened at `at`. */
    found: (at: Place): { foundIn: FoundIn } => {
      const { state, search } = router.state.location;
      const entry = state.__TSR_key ?? "";
      keepPlace(entry, at);
      return { foundIn: { to, search: search as ListSearch, place: at, entry } };
    },
  };
}

/** For a record: the list it was opened from, if it was. */
export function useFoundIn(): FoundIn | null {
  return useLocation({ select: ({ state }) => state.foundIn ?? null });
}
