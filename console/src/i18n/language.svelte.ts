/** The language of the page, and its texts in it. */
import en from './en.json';
import zh from './zh.json';

export type Language = 'zh' | 'en';
export type TextKey = keyof typeof zh;
/** A text in both languages, as the server gives titles. */
export interface Both {
  zh: string;
  en: string;
}

const TEXTS: Record<Language, Record<TextKey, string>> = { zh, en };

let chosen = $state<Language>('zh');

export const language = {
  get now(): Language {
    return chosen;
  },
  choose(wanted: Language): void {
    chosen = wanted;
    document.documentElement.lang = wanted === 'zh' ? 'zh-CN' : 'en';
  },
};

/** The text of a key in the language of the page, with `{name}` replaced by the value of that name. */
export function say(key: TextKey, values: Record<string, string | number> = {}): string {
  return TEXTS[chosen][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Whether there is a text for a key that comes from data. */
export function isTextKey(key: string): key is TextKey {
  return Object.hasOwn(zh, key);
}

/** The title in the language of the page; the other one where it is empty. */
export function titleOf(title: Both | string | null | undefined): string {
  if (title === null || title === undefined) return '';
  if (typeof title === 'string') return title;
  return title[chosen] || title.zh || title.en;
}
