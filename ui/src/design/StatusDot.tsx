/** A dot and a word: never colour alone, and the same word and tone on every screen. */
import { useSpoken } from "@/i18n/spoken";
import classes from "./StatusDot.module.css";
import { HOLLOW, STATUS_TONES, type StatusKind, type StatusOf } from "./status";
import type { Tone } from "./tokens";

export function StatusDot<K extends StatusKind>({ kind, status }: { kind: K; status: StatusOf<K> }) {
  const { words } = useSpoken();
  const tones: Record<string, Tone> = STATUS_TONES[kind];
  return (
    <ToneDot tone={tones[status] ?? "grey"} hollow={HOLLOW.has(status)}>
      {words(`status.${kind}.${status}` as "status.user.active")}
    </ToneDot>
  );
}

/** The word of a status in the person's language, for filters and sentences. */
export function useStatusWord(): <K extends StatusKind>(kind: K, status: StatusOf<K>) => string {
  const { words } = useSpoken();
  return (kind, status) => words(`status.${kind}.${status}` as "status.user.active");
}

/** The same look for what is not a status of a document: a chain that verifies, a device that waits. */
export function ToneDot({
  tone,
  hollow = false,
  children,
}: {
  tone: Tone;
  hollow?: boolean;
  children: React.ReactNode;
}) {
  return (
    <span className={classes.status} data-tone={tone}>
      <span className={classes.dot} data-hollow={hollow || undefined} aria-hidden="true" />
      {children}
    </span>
  );
}
