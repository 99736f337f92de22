/** Two people wrote the same field: before, the server's (which stands) and mine side by side, one click to swap. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useQueueVerb } from "@/backend/queries/server";
import type { ConflictCard } from "@/bindings/ConflictCard";
import { toast, When } from "@/design";
import { RecordLink } from "@/features/history/RecordLink";
import { fieldName } from "@/features/history/sentences";
import classes from "./sync.module.css";
import { linesOf, marked } from "./value";

const KINDS = ["field", "text", "deleted", "order", "moved", "added", "restored", "identity"] as const;

export function Conflicts({ cards }: { cards: readonly ConflictCard[] }) {
  return (
    <ul className={classes.cards}>
      {cards.map((card) => (
        <li key={card.id}>
          <Card card={card} />
        </li>
      ))}
    </ul>
  );
}

function Card({ card }: { card: ConflictCard }) {
  const { t } = useTranslation("server");
  useTranslation("history");
  const settle = useQueueVerb("conflict_settle");
  const kind = KINDS.find((one) => one === card.kind) ?? "field";
  const name = fieldName(card.path);
  const answer = (takeMine: boolean) =>
    settle.mutate(
      { id: card.id, takeMine },
      {
        onError: toast.problem,
        onSuccess: () =>
          toast.done((t) =>
            t(takeMine ? "server:conflict.taken" : "server:conflict.kept", { field: fieldName(card.path) }),
          ),
      },
    );
  return (
    <article className={classes.card} aria-label={`${card.record.label ?? ""} ${name}`}>
      <header>
        <h3>
          <RecordLink collection={card.record.collection} id={card.record.id}>
            {card.record.label ?? t("conflict.record")}
          </RecordLink>
          <span className={classes.dim}> · {name}</span>
        </h3>
        <span className={classes.dim}>
          <When at={card.at} />
        </span>
      </header>
      <p className={classes.hint}>{t(`conflict.kind.${kind}`)}</p>
      <div className={classes.sides}>
        <Side title={t("conflict.base")} value={card.base} />
        <Side title={t("conflict.theirs")} value={card.theirs} base={card.base} stands />
        <Side title={t("conflict.mine")} value={card.mine} base={card.base} />
      </div>
      <div className={classes.verbs}>
        <Button size="xs" variant="default" disabled={settle.isPending} onClick={() => answer(false)}>
          {t("conflict.keep")}
        </Button>
        <Button size="xs" variant="default" disabled={settle.isPending} onClick={() => answer(true)}>
          {t("conflict.take")}
        </Button>
      </div>
    </article>
  );
}

function Side({
  title,
  value,
  base,
  stands = false,
}: {
  title: string;
  value: unknown;
  base?: unknown;
  stands?: boolean;
}) {
  const { t, i18n } = useTranslation("server");
  const lines = linesOf(value, i18n.language, { yes: t("value.yes"), no: t("value.no") });
  return (
    <div className={classes.side} data-stands={stands || undefined}>
      <h4>
        {title}
        {stands && <span className={classes.stands}>{t("conflict.stands")}</span>}
      </h4>
      {lines.length === 0 ? (
        <p className={classes.dim}>{t("value.nothing")}</p>
      ) : typeof value === "string" && typeof base === "string" ? (
        <p>
          {marked(base, value).map((piece, at) =>
            piece.fresh ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place
              <ins key={at}>{piece.text}</ins>
            ) : (
              piece.text
            ),
          )}
        </p>
      ) : (
        lines.map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
          <p key={at}>{line}</p>
        ))
      )}
    </div>
  );
}
