/** People, for administrators. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { ById } from "@/bindings/ById";
import type { PeopleFilter } from "@/bindings/PeopleFilter";
import type { PersonDetail } from "@/bindings/PersonDetail";
import { type Args, call } from "../ipc";

export const personQuery = (id: string) =>
  queryOptions({ queryKey: ["people", "one", id], queryFn: () => call("person", { id }) });

export const peoplePage = (filter: PeopleFilter) => (offset: number, limit: number) =>
  call("people_list", { filter, window: { offset, limit } });

export const instructorsQuery = queryOptions({
  queryKey: ["people", "instructors"],
  queryFn: () => call("instructors"),
});

type PersonCommand =
  | "person_create"
  | "person_update"
  | "person_set_role"
  | "person_unlock"
  | "person_set_password"
  | "person_erase"
  | "person_second_factor_remove";

/** A change of one person: the answer is the person as they are now. */
export function useChangePerson<K extends PersonCommand>(name: K) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: Args<K>): Promise<PersonDetail> => call(name as "person_unlock", args as ById),
    onSuccess: (person) => {
      client.setQueryData(personQuery(person.id).queryKey, person);
      return client.invalidateQueries({ queryKey: ["people", "list"] });
    },
  });
}

export function useSetPeopleStatus() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: Args<"people_set_status">) => call("people_set_status", args),
    onSuccess: () => client.invalidateQueries({ queryKey: ["people"] }),
  });
}

/** A one-time code to read out. By a press only: each ends the one before. */
export function useGiveCode() {
  return useMutation({ mutationFn: (id: string) => call("person_code", { id }), gcTime: 0 });
}

/** Sends a person the code that proves their address. */
export function useSendVerification() {
  return useMutation({ mutationFn: (id: string) => call("person_verification_send", { id }) });
}

/** Everything kept about a person, as a JSON file and as a PDF in the downloads folder. */
export function useSavePersonalData() {
  return useMutation({ mutationFn: (id: string) => call("personal_data_save", { id }) });
}
