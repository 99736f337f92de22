/** Whether two plain values say the same, whatever the order of their keys. */
import { hashKey } from "@tanstack/react-query";

export const alike = (a: unknown, b: unknown): boolean => hashKey([a]) === hashKey([b]);
