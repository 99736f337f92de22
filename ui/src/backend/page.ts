/** One page of a list, as every list command answers. */
import type { PageOf } from "@/bindings/PageOf";

export type Page<Row> = PageOf<Row>;
