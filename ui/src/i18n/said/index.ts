/** The program's sentences in the language of the window. English needs none: it is what the program says. */
import i18next from "i18next";
import { ACCOUNTS } from "./accounts";
import { ENROLLMENTS } from "./enrollments";
import { FINDINGS } from "./findings";
import { IMPORTS } from "./imports";
import { PEOPLE } from "./people";
import { type HoleWords, type Sentences, speaker } from "./sentence";
import { SERVER } from "./server";

/** The most general ones last: the first that fits is taken. */
export const GERMAN: Sentences = {
  ...ACCOUNTS,
  ...ENROLLMENTS,
  ...SERVER,
  ...IMPORTS,
  ...PEOPLE,
  ...FINDINGS,
};

export const GERMAN_HOLES: HoleWords = {
  wait: { minute: "Minute", minutes: "Minuten", hours: "Stunden" },
  role: {
    "a student": "Studierende",
    "an instructor": "Lehre",
    "finance staff": "Finanzen",
    "an administrator": "Verwaltung",
  },
  status: {
    active: "aktiv",
    inactive: "inaktiv",
    suspended: "gesperrt",
    pending: "wartend",
    completed: "abgeschlossen",
    cancelled: "storniert",
    refunded: "erstattet",
  },
  paymentStatus: {
    pending: "offen",
    processing: "in Bearbeitung",
    completed: "bezahlt",
    failed: "fehlgeschlagen",
    cancelled: "storniert",
    refunded: "erstattet",
    partially_refunded: "teilweise erstattet",
  },
  kept: {
    nothing: "nichts",
    missing: "fehlend",
    found: "vorhanden",
    gone: "gelöscht",
    "a shadow": "die Fassung des Servers",
  },
  unreached: {
    "no server answers at this address.": "Unter dieser Adresse antwortet kein Server.",
    "this computer knows no server of this name.": "Dieser Computer kennt keinen Server dieses Namens.",
    "what answers at this address is no MongoDB server.":
      "Was unter dieser Adresse antwortet, ist kein MongoDB-Server.",
    "nothing answered in time": "Es kam rechtzeitig keine Antwort.",
  },
  notLetIn: {
    "it knows no such name, or the password is wrong.":
      "Er kennt den Namen nicht, oder das Passwort stimmt nicht.",
    "it wants a name and a password.": "Er verlangt einen Namen und ein Passwort.",
  },
  what: {
    "The person": "Die Person",
    "Your account": "Ihr Konto",
    "The course": "Der Kurs",
    "The enrollment": "Die Einschreibung",
    "The payment": "Die Zahlung",
    "The refund": "Die Erstattung",
    "The receipt": "Die Quittung",
    "The certificate": "Das Zertifikat",
    "The note": "Die Notiz",
    "The device": "Das Gerät",
    "The desktop": "Der Arbeitsplatz",
    "The institution's settings": "Die Einstellungen der Einrichtung",
    "The import": "Der Import",
    "The session": "Die Sitzung",
    "The code": "Der Code",
    "The conflict": "Der Konflikt",
    "The record": "Der Datensatz",
    "The change": "Die Änderung",
    "The name": "Der Name",
    "The e-mail address": "Die E-Mail-Adresse",
    "The phone number": "Die Telefonnummer",
    "The web address": "Die Webadresse",
    "The street": "Die Straße",
    "The city": "Der Ort",
    "The state": "Das Bundesland",
    "The country": "Das Land",
    "The postal code": "Die Postleitzahl",
    "The biography": "Der Text über die Person",
    "The reason": "Der Grund",
    "The login": "Der Anmeldename",
    "The title": "Der Titel",
    "The description": "Die Beschreibung",
    "The full description": "Die ausführliche Beschreibung",
    "The subcategory": "Die Unterkategorie",
    "The duration": "Die Dauer",
    "The duration in words": "Die Dauer in Worten",
    "The title for search engines": "Der Titel für Suchmaschinen",
    "The description for search engines": "Die Beschreibung für Suchmaschinen",
  },
};

const german = speaker({ language: "de", sentences: GERMAN, holes: GERMAN_HOLES });

/** The program's sentence as this window says it; null when it is only known in English. */
export function said(sentence: string): string | null {
  return i18next.language === "en" ? sentence : german(sentence);
}
