/** The names of what the server answers, as its OpenAPI document says. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type RunHead = Schemas['RunHead'];
export type Run = Schemas['Run'];
export type JobState = RunHead['state'];
export type Progress = Schemas['Progress'];
export type Accepted = Schemas['Accepted'];
export type RunRequest = Schemas['RunRequest'];
export type WhatIfRequest = Schemas['WhatIfRequest'];
export type NewShelter = Schemas['NewShelter'];
export type SitingRequest = Schemas['SitingRequest'];
export type RunFigures = Schemas['RunFigures'];
export type Figure = Schemas['Figure'];
export type SourceRecord = Schemas['SourceRecord'];
export type PlanLayers = Schemas['PlanLayers'];
export type Comparison = Schemas['Comparison'];
export type ComparedFigure = Schemas['ComparedFigure'];
export type Words = Schemas['Words'];
