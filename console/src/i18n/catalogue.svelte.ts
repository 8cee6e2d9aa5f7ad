/** Texts that the page shares with reports and the command line: what codes in the data mean. */
import figureEn from '../../../dss/language/en/figure.json';
import reasonEn from '../../../dss/language/en/reason.json';
import shelterEn from '../../../dss/language/en/shelter_class.json';
import sitingEn from '../../../dss/language/en/siting.json';
import wordEn from '../../../dss/language/en/word.json';
import figureZh from '../../../dss/language/zh/figure.json';
import reasonZh from '../../../dss/language/zh/reason.json';
import shelterZh from '../../../dss/language/zh/shelter_class.json';
import sitingZh from '../../../dss/language/zh/siting.json';
import wordZh from '../../../dss/language/zh/word.json';
import { language, type Language } from './language.svelte';

type Texts = Record<string, string>;

const CATALOGUE: Record<Language, Record<string, Texts>> = {
  zh: { reason: reasonZh, shelter_class: shelterZh, word: wordZh, unmet: figureZh, siting: sitingZh },
  en: { reason: reasonEn, shelter_class: shelterEn, word: wordEn, unmet: figureEn, siting: sitingEn },
};

/** What a code of a column means in the language of the page; the code itself where nothing is known of it. */
export function meaning(column: string, code: string): string {
  const texts = CATALOGUE[language.now];
  if (column === 'unmet_cause') return withoutLead(texts['unmet']?.[`unmet_${code}`]) ?? code;
  return texts[column]?.[code] ?? texts['word']?.[code] ?? code;
}

/** The cause alone, without the "of these:" that stands before it in a list of figures. */
function withoutLead(text: string | undefined): string | undefined {
  return text?.replace(/^[^:：]*[:：]\s*/, '');
}
