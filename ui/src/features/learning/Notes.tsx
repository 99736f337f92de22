/** The student's own notes: at a lesson, or all of them. */
import { ActionIcon, Button, Textarea, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useAddNote, useRemoveNote } from "@/backend/queries/learning";
import type { LearningView } from "@/bindings/LearningView";
import type { NoteDto } from "@/bindings/NoteDto";
import { FormProblem, Section, toast, useBackendForm, When } from "@/design";
import classes from "./learning.module.css";
import { formatPlace, type Known, parsePlace } from "./lessons";

const LONGEST = 5_000;

export function Notes({ view, lesson }: { view: LearningView; lesson: Known }) {
  const { t } = useTranslation("learning");
  const add = useAddNote(view.enrollment);
  const film = lesson.lesson.kind === "video";
  const notes = view.notes.filter((note) => note.lesson === lesson.id);
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { content: "", timestamp: "" },
    validate: {
      content: (v) =>
        !v.trim()
          ? t("notes.needed")
          : [...v.trim()].length > LONGEST
            ? t("notes.tooLong", { most: LONGEST })
            : null,
      timestamp: (v) => (v.trim() === "" || parsePlace(v) !== null ? null : t("notes.placeWrong")),
    },
    submit: (values) =>
      add.mutateAsync({
        enrollment: view.enrollment,
        lesson: lesson.id,
        content: values.content.trim(),
        timestamp: values.timestamp.trim() === "" ? null : parsePlace(values.timestamp),
      }),
    onDone: () => form.reset(),
    draft: `note ${view.enrollment} ${lesson.id}`,
  });
  return (
    <Section title={t("notes.title")}>
      <NoteList view={view} notes={notes} />
      <form {...formProps} className={classes.noteForm}>
        <Textarea
          label={t("notes.content")}
          autosize
          minRows={2}
          maxRows={12}
          {...form.getInputProps("content")}
        />
        <div className={classes.noteEnd}>
          {film && (
            <TextInput
              label={t("notes.place")}
              placeholder="12:40"
              size="xs"
              className={classes.place}
              {...form.getInputProps("timestamp")}
            />
          )}
          <span className={classes.stretch} />
          <Button type="submit" variant="default" loading={pending}>
            {t("notes.add")}
          </Button>
        </div>
        <FormProblem problem={problem} />
      </form>
    </Section>
  );
}

/** `lessons`: name the lesson each note is at. */
export function NoteList({
  view,
  notes,
  lessons,
}: {
  view: LearningView;
  notes: NoteDto[];
  lessons?: Known[];
}) {
  const { t } = useTranslation("learning");
  const remove = useRemoveNote(view.enrollment);
  const add = useAddNote(view.enrollment);
  if (notes.length === 0) return null;
  const takeAway = (note: NoteDto) =>
    remove.mutate(note.id, {
      onError: toast.problem,
      onSuccess: () =>
        toast.done((t) => t("learning:notes.removed"), {
          undo: () =>
            add.mutateAsync({
              enrollment: view.enrollment,
              lesson: note.lesson,
              content: note.content,
              timestamp: note.timestamp,
            }),
        }),
    });
  return (
    <ul className={classes.notes}>
      {notes.map((note) => {
        const at = lessons?.find((one) => one.id === note.lesson);
        return (
          <li key={note.id}>
            <p className={classes.noteText}>{note.content}</p>
            <p className={classes.small}>
              {note.timestamp !== null && (
                <span className={classes.stamp}>{formatPlace(note.timestamp)}</span>
              )}
              {at && <span>{at.lesson.title} · </span>}
              <When at={note.createdAt} />
            </p>
            <ActionIcon
              className={classes.noteRemove}
              aria-label={t("notes.remove", { note: note.content.slice(0, 40) })}
              onClick={() => takeAway(note)}
            >
              <IconTrash size={15} stroke={1.6} />
            </ActionIcon>
          </li>
        );
      })}
    </ul>
  );
}
