/**
 * The fields of a course as inputs hold them (no nulls in texts), there and back; and what becomes of an edit
 * when somebody else saved the course meanwhile. Pure.
 */
import type { AssessmentDto } from "@/bindings/AssessmentDto";
import type { CourseFields } from "@/bindings/CourseFields";
import type { MaterialDto } from "@/bindings/MaterialDto";
import type { TypedMoney } from "@/design";
import { alike } from "../alike";

type Figure = number | string;

export type MaterialForm = {
  id: string | null;
  kind: string;
  title: string;
  description: string;
  url: string;
  duration: string;
  fileSize: Figure;
  downloadable: boolean;
};

export type AssessmentForm = {
  id: string | null;
  title: string;
  weight: Figure;
  maxScore: Figure;
  passScore: Figure;
  required: boolean;
};

type Texts =
  | "slug"
  | "fullDescription"
  | "subcategory"
  | "durationDescription"
  | "thumbnail"
  | "previewVideo"
  | "metaTitle"
  | "metaDescription";

export type CourseForm = Omit<
  CourseFields,
  | Texts
  | "priceMinor"
  | "originalPriceMinor"
  | "durationWeeks"
  | "durationHours"
  | "materials"
  | "assessments"
> &
  Record<Texts, string> & {
    priceMinor: TypedMoney;
    originalPriceMinor: TypedMoney;
    durationWeeks: Figure;
    durationHours: Figure;
    materials: MaterialForm[];
    assessments: AssessmentForm[];
  };

const text = (value: string | null) => value ?? "";
const stored = (value: string) => value.trim() || null;
/** What cannot be read as an amount does not get this far: it is said at the field. */
const minor = (value: TypedMoney) => (typeof value === "number" ? value : null);
const figure = (value: Figure) => (value === "" ? null : Number(value));

export const NEW_MATERIAL: MaterialForm = {
  id: null,
  kind: "document",
  title: "",
  description: "",
  url: "",
  duration: "",
  fileSize: "",
  downloadable: false,
};

export const NEW_ASSESSMENT: AssessmentForm = {
  id: null,
  title: "",
  weight: 0,
  maxScore: 100,
  passScore: 50,
  required: true,
};

export function toForm(fields: CourseFields): CourseForm {
  return {
    ...fields,
    slug: text(fields.slug),
    fullDescription: text(fields.fullDescription),
    subcategory: text(fields.subcategory),
    durationDescription: text(fields.durationDescription),
    thumbnail: text(fields.thumbnail),
    previewVideo: text(fields.previewVideo),
    metaTitle: text(fields.metaTitle),
    metaDescription: text(fields.metaDescription),
    durationWeeks: fields.durationWeeks ?? "",
    durationHours: fields.durationHours ?? "",
    materials: fields.materials.map((m) => ({
      ...m,
      title: text(m.title),
      description: text(m.description),
      url: text(m.url),
      duration: text(m.duration),
      fileSize: m.fileSize ?? "",
    })),
    assessments: fields.assessments.map((a) => ({ ...a })),
  };
}

export function toFields(form: CourseForm): CourseFields {
  return {
    ...form,
    title: form.title.trim(),
    slug: stored(form.slug),
    fullDescription: stored(form.fullDescription),
    subcategory: stored(form.subcategory),
    durationDescription: stored(form.durationDescription),
    thumbnail: stored(form.thumbnail),
    previewVideo: stored(form.previewVideo),
    metaTitle: stored(form.metaTitle),
    metaDescription: stored(form.metaDescription),
    priceMinor: minor(form.priceMinor),
    originalPriceMinor: minor(form.originalPriceMinor),
    durationWeeks: figure(form.durationWeeks),
    durationHours: figure(form.durationHours),
    // a line left empty is a line not written
    requirements: form.requirements.filter((line) => line.trim()),
    whatYouWillLearn: form.whatYouWillLearn.filter((line) => line.trim()),
    targetAudience: form.targetAudience.filter((line) => line.trim()),
    materials: form.materials.map(
      (m): MaterialDto => ({
        ...m,
        title: stored(m.title),
        description: stored(m.description),
        url: stored(m.url),
        duration: stored(m.duration),
        fileSize: figure(m.fileSize),
      }),
    ),
    assessments: form.assessments.map(
      (a): AssessmentDto => ({
        ...a,
        title: a.title.trim(),
        weight: Number(a.weight),
        maxScore: Number(a.maxScore),
        passScore: Number(a.passScore),
      }),
    ),
  };
}

export type FieldName = keyof CourseFields;

export interface Merged {
  fields: CourseFields;
  /** Changed by the other one alone: taken over. */
  taken: FieldName[];
  /** Changed by both, differently: what was typed here stays. */
  disputed: FieldName[];
}

/** What was typed, over what somebody else saved meanwhile. Nothing that was typed is given up. */
export function merge(base: CourseFields, mine: CourseFields, theirs: CourseFields): Merged {
  const fields: Record<string, unknown> = { ...mine };
  const taken: FieldName[] = [];
  const disputed: FieldName[] = [];
  for (const name of Object.keys(theirs) as FieldName[]) {
    if (alike(theirs[name], base[name]) || alike(theirs[name], mine[name])) continue;
    if (alike(mine[name], base[name])) {
      fields[name] = theirs[name];
      taken.push(name);
    } else {
      disputed.push(name);
    }
  }
  // a list kept as typed may hold parts the other one removed: they are new ones now
  for (const name of ["materials", "assessments"] as const) {
    if (!disputed.includes(name)) continue;
    const known = new Set(theirs[name].map((part) => part.id));
    fields[name] = mine[name].map((part) => (known.has(part.id) ? part : { ...part, id: null }));
  }
  return { fields: fields as unknown as CourseFields, taken, disputed };
}

/** Lines changed place: the one at `from` goes to `to`. Out of range changes nothing. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list];
  if (to < 0 || to >= next.length) return next;
  const [item] = next.splice(from, 1);
  if (item !== undefined) next.splice(to, 0, item);
  return next;
}
