/**
 * Holds the outline while it is edited and saves it by itself: a moment after the last change or when the
 * window is left, one save at a time, guarded by the revision that was read. A part taken away is saved later
 * than the rest, once its Undo is over. What somebody else saved meanwhile is never written over without
 * asking; what was typed here is never lost, not even by locking the window.
 */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { BackendError } from "@/backend/error";
import { courseQuery, useChangeCourse } from "@/backend/queries/courses";
import type { CourseDetail } from "@/bindings/CourseDetail";
import { errorText, type Saving } from "@/design";
import {
  answered,
  find,
  fromSaved,
  type Module,
  type Outline,
  partAt,
  type Removed,
  type Row,
  remove as removeFrom,
  restore as restoreTo,
  rows,
  same,
  sendable,
  toDto,
  update,
  withIds,
} from "./outline";
import { rebase } from "./rebase";

/** Rest after typing before it is saved. */
const PAUSE = 250;
/** A part taken away is saved once it can no longer be brought back whole: as long as its Undo stays. */
const GRACE = 10_000;

const idOf = (row: Row) => (row.kind === "module" ? row.module.id : row.lesson.id);
const titleOf = (row: Row) => (row.kind === "module" ? row.module.title : row.lesson.title);

interface Draft {
  user: string;
  outline: Outline;
  base: Outline;
  rev: number;
}

/** Outlines that could not be saved before the page was left (the window locked), by course. */
const kept = new Map<string, Draft>();

export interface OutlineState {
  outline: Outline;
  saving: Saving;
  /** The part the last refusal speaks of. */
  issue: { key: string; message: string } | null;
  /** The course as somebody else saved it, while it waits for a decision. */
  theirs: CourseDetail | null;
  change: (next: Outline) => void;
  /** A known part left without a title gets back the one it had. */
  retitle: (key: string) => void;
  /** Takes a part away; the answer brings it back. Null when there is no such part. */
  remove: (key: string) => (() => Promise<void>) | null;
  /** Now, without the pause. True when nothing is left to save. */
  saveNow: () => Promise<boolean>;
  /** Both edits brought together, then saved. */
  bringTogether: () => void;
  /** Theirs as it is; what was done here is let go. */
  takeTheirs: () => void;
  /** The page is left without what is not saved. */
  abandon: () => void;
}

export function useOutline(course: CourseDetail, user: string): OutlineState {
  const { t } = useTranslation("courses");
  const client = useQueryClient();
  const command = useChangeCourse("curriculum_save");
  const untitled = t("curriculum.untitledModule");

  const [draft] = useState<Draft | null>(() => {
    const found = kept.get(course.id);
    if (found?.user !== user) return null;
    kept.delete(course.id);
    return found;
  });
  const [outline, show] = useState<Outline>(() => draft?.outline ?? fromSaved(course.curriculum));
  const [saving, setSaving] = useState<Saving>({ state: draft ? "waiting" : "saved" });
  const [issue, setIssue] = useState<OutlineState["issue"]>(null);
  const [theirs, setTheirs] = useState<CourseDetail | null>(null);

  // What the saving works with; drawn is only what `show` was told.
  const now = useRef<Outline>(outline);
  const base = useRef<Outline>(draft?.base ?? outline);
  const rev = useRef(draft?.rev ?? course.rev);
  const disputed = useRef(false);
  /** Taken away and not saved yet, because it can still be brought back; the last one first. */
  const graced = useRef<{ removed: Removed; until: number }[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const running = useRef<Promise<boolean> | null>(null);
  const open = useRef(true);
  const abandoned = useRef(false);

  const set = (next: Outline) => {
    now.current = next;
    show(next);
  };
  /** What would be saved now: parts within their grace are still there. */
  const ready = () => {
    graced.current = graced.current.filter(({ until }) => until > Date.now());
    const whole = graced.current.reduce<Outline>((at, { removed }) => restoreTo(at, removed), now.current);
    return sendable(whole, base.current, untitled);
  };
  const pending = () => !same(ready(), base.current);

  const schedule = () => {
    clearTimeout(timer.current);
    if (disputed.current) return;
    const due = pending();
    const grace = graced.current.at(-1)?.until;
    if (!due && grace === undefined) {
      if (!running.current) setSaving({ state: "saved" });
      return;
    }
    setSaving({ state: "waiting" });
    timer.current = setTimeout(() => void save(), due || !grace ? PAUSE : grace - Date.now());
  };

  /** One round: what is there now goes out; true when nothing is left afterwards. */
  const round = async (): Promise<boolean> => {
    const sent = ready();
    if (same(sent, base.current)) {
      setSaving({ state: "saved" });
      return true;
    }
    setSaving({ state: "saving" });
    try {
      const answer = await command.mutateAsync({ id: course.id, rev: rev.current, modules: toDto(sent) });
      base.current = answered(sent, answer.curriculum);
      rev.current = answer.rev;
      setIssue(null);
      set(withIds(now.current, base.current));
      return !pending();
    } catch (thrown) {
      const error = BackendError.from(thrown);
      if (error.code !== "stale") {
        const key = partAt(sent, error.field);
        setIssue(key ? { key, message: errorText(error) } : null);
        throw error;
      }
      const fresh = await client.fetchQuery({ ...courseQuery(course.id), staleTime: 0 });
      // another field of the course was saved, not the outline: nothing to decide
      if (same(fromSaved(fresh.curriculum), base.current)) {
        rev.current = fresh.rev;
        return round();
      }
      disputed.current = true;
      setTheirs(fresh);
      throw error;
    }
  };

  const save = (): Promise<boolean> => {
    clearTimeout(timer.current);
    if (disputed.current) return Promise.resolve(false);
    running.current ??= round()
      .catch((thrown: unknown) => {
        setSaving({ state: "failed", error: BackendError.from(thrown) });
        return null;
      })
      .then((done) => {
        running.current = null;
        if (done === null) return false;
        // what came meanwhile, or waits for the end of its grace
        schedule();
        return done;
      });
    return running.current;
  };

  const saveNow = async (): Promise<boolean> => {
    graced.current = [];
    if (running.current) await running.current;
    return save();
  };

  const keep = () => {
    graced.current = [];
    if (!pending()) return;
    kept.set(course.id, { user, outline: now.current, base: base.current, rev: rev.current });
  };

  const remove = (key: string) => {
    const { outline: next, removed } = removeFrom(now.current, key);
    if (!removed) return null;
    const known = removed.kind === "module" ? removed.module.id : removed.lesson.id;
    if (known) graced.current = [{ removed, until: Date.now() + GRACE }, ...graced.current];
    set(next);
    schedule();
    return () => bringBack(removed);
  };

  const bringBack = async (removed: Removed) => {
    if (open.current) {
      graced.current = graced.current.filter((one) => one.removed !== removed);
      set(restoreTo(now.current, removed));
      schedule();
      return;
    }
    // the page was left, so the deletion is saved: it is undone over what is there now
    const fresh = await client.fetchQuery({ ...courseQuery(course.id), staleTime: 0 });
    const saved = fromSaved(fresh.curriculum);
    const modules = toDto(sendable(restoreTo(saved, removed), saved, untitled));
    await command.mutateAsync({ id: course.id, rev: fresh.rev, modules });
  };

  const settle = (fresh: CourseDetail, next: Module[]) => {
    base.current = fromSaved(fresh.curriculum, next);
    rev.current = fresh.rev;
    disputed.current = false;
    setTheirs(null);
    setIssue(null);
    set(next);
    void save();
  };

  // somebody else saved while nothing waits here: their outline is shown at once
  const adopt = useEffectEvent((fresh: CourseDetail) => {
    if (fresh.rev === rev.current || running.current || disputed.current || pending()) return;
    if (graced.current.length > 0) return;
    const next = fromSaved(fresh.curriculum, now.current);
    // a part without a title is only here, and stays
    set(same(now.current, base.current) ? next : rebase(base.current, now.current, next));
    base.current = next;
    rev.current = fresh.rev;
  });
  useEffect(() => adopt(course), [course]);

  const onOpen = useEffectEvent(() => {
    open.current = true;
    if (draft) schedule();
  });
  const onLeave = useEffectEvent(() => {
    open.current = false;
    clearTimeout(timer.current);
    graced.current = [];
    // letting go was agreed to, or the window locked and the save is refused: then it is kept
    if (abandoned.current || !pending()) return;
    void save().then((done) => {
      if (!done) keep();
    });
  });
  useEffect(() => {
    onOpen();
    return () => onLeave();
  }, []);

  // the window may be closed as soon as one has turned away from it
  const onAway = useEffectEvent((forGood: boolean) => {
    if (forGood) void saveNow();
    else if (pending()) void save();
  });
  useEffect(() => {
    const away = () => onAway(false);
    const hidden = () => document.visibilityState === "hidden" && onAway(false);
    const closing = () => onAway(true);
    window.addEventListener("blur", away);
    window.addEventListener("pagehide", closing);
    document.addEventListener("visibilitychange", hidden);
    return () => {
      window.removeEventListener("blur", away);
      window.removeEventListener("pagehide", closing);
      document.removeEventListener("visibilitychange", hidden);
    };
  }, []);

  return {
    outline,
    saving,
    issue,
    theirs,
    change: (next) => {
      set(next);
      schedule();
    },
    retitle: (key) => {
      const row = find(now.current, key);
      const part = row?.kind === "module" ? row.module : row?.lesson;
      if (!part?.id || part.title.trim() !== "") return;
      const saved = rows(base.current).find((each) => idOf(each) === part.id);
      if (saved) set(update(now.current, key, { title: titleOf(saved) }));
    },
    remove,
    saveNow,
    bringTogether: () => {
      if (theirs)
        settle(theirs, rebase(base.current, now.current, fromSaved(theirs.curriculum, now.current)));
    },
    takeTheirs: () => {
      if (theirs) settle(theirs, fromSaved(theirs.curriculum, now.current));
    },
    abandon: () => {
      abandoned.current = true;
    },
  };
}
