/** German for what the program says about people, courses and what is typed about them. */
import type { Sentences } from "./sentence";

export const PEOPLE: Sentences = {
  "Another person already has this e-mail address.": "Diese E-Mail-Adresse hat schon eine andere Person.",
  "Another course already has this short name.": "Diesen Kurznamen hat schon ein anderer Kurs.",
  "Something else already has this value.": "Diesen Wert gibt es schon.",
  "A record with this identifier is already there.": "Einen Datensatz mit dieser Kennung gibt es schon.",
  "{what} was not found.": "{what} wurde nicht gefunden.",
  "{what} has more than {number} characters.": "{what} hat mehr als {number} Zeichen.",
  "{what} contains characters that cannot be shown.":
    "{what} enthält Zeichen, die sich nicht darstellen lassen.",
  "This may have {number} characters at most.": "Das darf höchstens {number} Zeichen haben.",
  "A search has at most {number} characters.": "Eine Suche hat höchstens {number} Zeichen.",
  "A worksheet has no room for so many rows. Save it as CSV, or narrow the list.":
    "Ein Tabellenblatt hat keinen Platz für so viele Zeilen. Speichern Sie als CSV, oder grenzen Sie die Liste ein.",
  "A device name is 1 to 12 upper-case letters and digits.":
    "Der Name eines Geräts besteht aus 1 bis 12 Großbuchstaben und Ziffern.",
  "A name is needed.": "Ein Name ist nötig.",
  "An e-mail address is needed.": "Eine E-Mail-Adresse ist nötig.",
  "This is not an e-mail address. It looks like name@example.org.":
    "Das ist keine E-Mail-Adresse. Sie sieht aus wie name@example.org.",
  "A phone number has digits, spaces, hyphens and parentheses, perhaps with a + in front.":
    "Eine Telefonnummer besteht aus Ziffern, Leerzeichen, Bindestrichen und Klammern, vielleicht mit einem + davor.",
  "A web address begins with https:// or http:// and has no spaces.":
    "Eine Webadresse beginnt mit https:// oder http:// und hat keine Leerzeichen.",
  "An address starts with https:// or http:// and has no spaces.":
    "Eine Adresse beginnt mit https:// oder http:// und hat keine Leerzeichen.",
  "The date of birth is a real day, written YYYY-MM-DD.": "Das Geburtsdatum muss ein wirklicher Tag sein.",
  "The date of birth must be in the past.": "Das Geburtsdatum muss in der Vergangenheit liegen.",
  "The date of birth cannot be before {number}.": "Das Geburtsdatum kann nicht vor {number} liegen.",
  "This is not a time zone. Use a name like Europe/London or Asia/Dhaka.":
    "Das ist keine Zeitzone. Nehmen Sie einen Namen wie Europe/London oder Asia/Dhaka.",
  "This is not a language. Use a tag like en, de or pt-BR.":
    "Das ist keine Sprache. Nehmen Sie ein Kürzel wie en, de oder pt-BR.",
  "A reason is needed.": "Ein Grund ist nötig.",
  "Say why.": "Sagen Sie, warum.",
  "Somebody else changed this in the meantime. Look at it again before you change it.":
    "Jemand anderes hat das inzwischen geändert. Sehen Sie es sich noch einmal an, bevor Sie es ändern.",
  "Somebody changed this in the meantime. Look at it again before you change it.":
    "Jemand hat das inzwischen geändert. Sehen Sie es sich noch einmal an, bevor Sie es ändern.",
  "Somebody changed {name} in the meantime. Load it again, then repeat your change.":
    "Jemand hat {name} inzwischen geändert. Laden Sie neu und wiederholen Sie dann Ihre Änderung.",
  "Somebody changed this course in the meantime. Look at it again before you change it.":
    "Jemand hat diesen Kurs inzwischen geändert. Sehen Sie ihn sich noch einmal an, bevor Sie ihn ändern.",
  "Somebody changed the settings in the meantime. Look at them again before you change them.":
    "Jemand hat die Einstellungen inzwischen geändert. Sehen Sie sie sich noch einmal an, bevor Sie sie ändern.",
  "This enrollment changed in the meantime. Look at it again before you change it.":
    "Diese Einschreibung hat sich inzwischen geändert. Sehen Sie sie sich noch einmal an, bevor Sie sie ändern.",
  "The last active administrator must stay one. Make somebody else administrator first.":
    "Die letzte aktive Person der Verwaltung muss es bleiben. Ernennen Sie zuerst jemand anderen.",
  "{name} is the last active administrator. Make somebody else an administrator first.":
    "{name} ist die letzte aktive Person der Verwaltung. Ernennen Sie zuerst jemand anderen.",
  "{name} is already {status}.": "{name} ist schon {status}.",
  "{name} already has this role.": "{name} hat diese Rolle schon.",
  "{name} teaches {number} course(s). Give those to another instructor first.":
    "{name} unterrichtet {number} Kurs(e). Übergeben Sie diese zuerst einer anderen Lehrkraft.",
  "This person teaches “{title}”. Give their published courses to somebody else first.":
    "Diese Person unterrichtet „{title}“. Übergeben Sie ihre veröffentlichten Kurse zuerst jemand anderem.",
  "{name} is not locked.": "{name} ist nicht gesperrt.",
  "At most {number} people can be changed at once.":
    "Höchstens {number} Personen können auf einmal geändert werden.",
  "This person has enrollments or payments and must stay on record.":
    "Diese Person hat Einschreibungen oder Zahlungen und muss in den Akten bleiben.",
  "This person teaches a course. Give the course to somebody else first.":
    "Diese Person unterrichtet einen Kurs. Übergeben Sie den Kurs zuerst jemand anderem.",
  "A payment of this person is open. Record it or cancel it first.":
    "Eine Zahlung dieser Person ist offen. Erfassen oder stornieren Sie sie zuerst.",
  "A refund of this person waits for a decision. Decide it first.":
    "Eine Erstattung an diese Person wartet auf eine Entscheidung. Entscheiden Sie zuerst.",
  "Nobody erases themself. Ask another administrator to do it.":
    "Niemand löscht sich selbst. Bitten Sie jemand anderen aus der Verwaltung darum.",
  "This person was erased. The account stays closed and nameless.":
    "Diese Person wurde gelöscht. Das Konto bleibt geschlossen und ohne Namen.",
  "This is not the person's name. Type it as it stands on their page.":
    "Das ist nicht der Name der Person. Schreiben Sie ihn, wie er auf ihrer Seite steht.",
  "The reason stays when the person is erased: leave their name and address out of it.":
    "Der Grund bleibt, wenn die Person gelöscht ist: Lassen Sie Name und Adresse weg.",
  "Changes about this person wait in the sync centre. Send or settle them first.":
    "Änderungen an dieser Person warten in der Abgleichzentrale. Senden oder klären Sie sie zuerst.",
  "This person was not found.": "Diese Person wurde nicht gefunden.",
  "This person's account is not active.": "Das Konto dieser Person ist nicht aktiv.",
  "The threshold is not negative.": "Die Schwelle ist nicht negativ.",
  "The window locks after 1 to 1,440 minutes, or never with 0.":
    "Das Fenster sperrt nach 1 bis 1.440 Minuten, mit 0 nie.",

  "This course is another instructor's.": "Das ist der Kurs einer anderen Lehrkraft.",
  "A course is taught by an instructor or an administrator.":
    "Ein Kurs wird von einer Lehrkraft oder der Verwaltung unterrichtet.",
  "Only an administrator creates courses for somebody else.": "Nur die Verwaltung legt Kurse für andere an.",
  "Only an administrator assigns another instructor.": "Nur die Verwaltung bestimmt eine andere Lehrkraft.",
  "Only an administrator changes the price of a published course.":
    "Nur die Verwaltung ändert den Preis eines veröffentlichten Kurses.",
  "Say who teaches the course.": "Sagen Sie, wer den Kurs unterrichtet.",
  "Say what should be changed.": "Sagen Sie, was geändert werden soll.",
  "A course needs a title.": "Ein Kurs braucht einen Titel.",
  "A module needs a title.": "Ein Modul braucht einen Titel.",
  "A lesson needs a title.": "Eine Lektion braucht einen Titel.",
  "An assessment needs a title.": "Eine Prüfung braucht einen Titel.",
  "The title may have 200 characters at most.": "Der Titel darf höchstens 200 Zeichen haben.",
  "A category is missing.": "Eine Kategorie fehlt.",
  "A description is missing.": "Eine Beschreibung fehlt.",
  "A level is missing.": "Eine Stufe fehlt.",
  "A price is missing; 0 makes the course free.": "Ein Preis fehlt; mit 0 ist der Kurs kostenlos.",
  "At least one lesson is missing.": "Mindestens eine Lektion fehlt.",
  "A course with an original price needs a price.": "Ein Kurs mit ursprünglichem Preis braucht einen Preis.",
  "The original price is not below the price.": "Der ursprüngliche Preis liegt nicht unter dem Preis.",
  "A weight is a percentage from 0 to 100.": "Ein Gewicht ist ein Prozentsatz von 0 bis 100.",
  "The weights add up to more than 100 percent.": "Die Gewichte ergeben mehr als 100 Prozent.",
  "The best possible score is a number above 0.": "Die Höchstpunktzahl ist eine Zahl über 0.",
  "The pass score is from 0 to the best possible score.":
    "Die Punktzahl zum Bestehen liegt zwischen 0 und der Höchstpunktzahl.",
  "A duration is minutes and seconds, like 15:30 or 1:05:00.":
    "Eine Dauer sind Minuten und Sekunden, wie 15:30 oder 1:05:00.",
  "A short name is lower-case letters a–z, digits and hyphens, 1 to 200 of them.":
    "Ein Kurzname besteht aus 1 bis 200 Kleinbuchstaben a–z, Ziffern und Bindestrichen.",
  "This course has enrollments and must stay on record. Archive it instead.":
    "Dieser Kurs hat Einschreibungen und muss in den Akten bleiben. Archivieren Sie ihn stattdessen.",
};
