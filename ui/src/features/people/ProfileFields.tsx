/** The inputs about a person, shared by creating and editing. */
import { Select, Textarea, TextInput } from "@mantine/core";
import type { GetInputPropsReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { ProfileDto } from "@/bindings/ProfileDto";
import { DayInput, FormFields } from "@/design";

export const NO_PROFILE: ProfileDto = {
  phone: null,
  dateOfBirth: null,
  gender: null,
  street: null,
  city: null,
  state: null,
  country: null,
  zipCode: null,
  bio: null,
  avatar: null,
  website: null,
  linkedin: null,
  twitter: null,
  github: null,
};

/** Empty inputs are fields that are not there. */
export function tidied(profile: ProfileDto): ProfileDto {
  const entries = Object.entries(profile).map(([key, value]) => [key, value?.trim() || null]);
  return Object.fromEntries(entries) as ProfileDto;
}

/** Backend fields of a profile and the form paths they stand at. */
export const PROFILE_PATHS = Object.fromEntries(
  Object.keys(NO_PROFILE).flatMap((key) => [
    [key, `profile.${key}`],
    [`profile.${key}`, `profile.${key}`],
    [`profile.address.${key}`, `profile.${key}`],
    [`profile.socialLinks.${key}`, `profile.${key}`],
  ]),
);

interface ProfileForm {
  getInputProps: (path: string) => GetInputPropsReturnType;
}

export function ProfileFields({ form }: { form: ProfileForm }) {
  const { t } = useTranslation("people");
  const text = (key: keyof ProfileDto) => {
    const props = form.getInputProps(`profile.${key}`);
    return { ...props, value: (props.value as string | null) ?? "" };
  };
  return (
    <FormFields>
      <FormFields columns={2}>
        <TextInput label={t("field.phone")} type="tel" {...text("phone")} />
        <DayInput label={t("field.dateOfBirth")} {...form.getInputProps("profile.dateOfBirth")} />
        <Select
          label={t("field.gender")}
          data={(["female", "male", "other", "prefer-not-to-say"] as const).map((value) => ({
            value,
            label: t(`gender.${value}`),
          }))}
          clearable
          {...form.getInputProps("profile.gender")}
        />
        <TextInput label={t("field.street")} {...text("street")} />
        <TextInput label={t("field.city")} {...text("city")} />
        <TextInput label={t("field.zipCode")} {...text("zipCode")} />
        <TextInput label={t("field.state")} {...text("state")} />
        <TextInput label={t("field.country")} {...text("country")} />
      </FormFields>
      <Textarea label={t("field.bio")} autosize minRows={2} maxRows={6} {...text("bio")} />
      <FormFields columns={2}>
        <TextInput label={t("field.website")} type="url" {...text("website")} />
        <TextInput label="LinkedIn" {...text("linkedin")} />
        <TextInput label="Twitter" {...text("twitter")} />
        <TextInput label="GitHub" {...text("github")} />
      </FormFields>
    </FormFields>
  );
}
