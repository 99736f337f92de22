/** Timelines: what happened to a record. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import type { Collection } from "@/bindings/Collection";
import { call } from "../ipc";

const STRETCH = 50;

/** The lines of a record, newest first, fifty at a time. */
export const timelineQuery = (collection: Collection, id: string) =>
  infiniteQueryOptions({
    queryKey: ["timeline", collection, id],
    queryFn: ({ pageParam }) => call("timeline", { collection, id, before: pageParam, limit: STRETCH }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => (last.length < STRETCH ? undefined : (last.at(-1)?.n ?? undefined)),
  });
