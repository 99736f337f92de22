/** The history of one record, the same on every page: dated sentences, older ones on demand. */
import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { timelineQuery } from "@/backend/queries/history";
import type { Collection } from "@/bindings/Collection";
import type { TimelineEntry } from "@/bindings/TimelineEntry";
import { ErrorState, LinesSkeleton, Timeline, usePersonName } from "@/design";
import { RecordLink } from "./RecordLink";
import { verbSentence, verbTone } from "./sentences";

export function RecordTimeline({ collection, id }: { collection: Collection; id: string }) {
  const { t } = useTranslation("history");
  const called = usePersonName();
  const lines = useInfiniteQuery(timelineQuery(collection, id));
  if (lines.isPending) return <LinesSkeleton lines={4} />;
  if (lines.isError) {
    return <ErrorState title={t("failed")} error={lines.error} onRetry={() => void lines.refetch()} />;
  }
  return (
    <>
      <Timeline
        label={t("title")}
        entries={lines.data.pages.flat().map((entry) => told(entry, called, id))}
      />
      {lines.hasNextPage && (
        <Button
          size="xs"
          variant="subtle"
          loading={lines.isFetchingNextPage}
          onClick={() => void lines.fetchNextPage()}
        >
          {t("older")}
        </Button>
      )}
    </>
  );
}

/** A stored line as the timeline shows it; the first record it names besides its own and its doer becomes its link. */
export function told(entry: TimelineEntry, called: (name: string) => string, own?: string) {
  const other = entry.subjects.find(({ id, label }) => label && id !== own && id !== entry.actorId);
  return {
    id: String(entry.n),
    at: entry.at,
    sentence: verbSentence(entry.verb, entry.detail),
    who: called(entry.actor),
    device: entry.device,
    tone: verbTone(entry.verb),
    link: other?.label && (
      <RecordLink collection={other.collection} id={other.id}>
        {called(other.label)}
      </RecordLink>
    ),
  };
}
