import { namesOf } from '../language/index.ts';
import type { ParamSpec, StepAction, StepActionSpec } from '../objects/api.gen.ts';
import { type Problem, problemIf, problemOf } from '../objects/problem.ts';
import { defaultProblems } from './defaults.ts';
import { metadataProblems } from './names.ts';
import { arrayUsageProblems, declaredParamProblems } from './param-usage.ts';
import {
  missingPropertiesProblems,
  paramNameProblems,
  paramSpecProblems,
  paramTypeProblems,
} from './params.ts';
import { stepActionPlaces } from './places.ts';
import { stepResultProblems } from './results.ts';
import { scriptProblems } from './steps.ts';
import { referencesIn, unknownVariable, variablesIn } from './variables.ts';

/** StepAction.Validate (pkg/apis/pipeline/v1beta1/stepaction_validation.go). */
export function stepActionProblems({ metadata, spec = {} }: StepAction): readonly Problem[] {
  const { params = [], results = [] } = spec;
  const places = stepActionPlaces(spec, 'spec');
  return [
    ...metadataProblems(metadata),
    ...problemIf((spec.image ?? '') === '', 'spec.image', 'missing field(s)'),
    ...scriptProblems(spec, 'spec.script'),
    ...scriptVariableProblems(spec),
    ...declaredParamProblems(places, params),
    ...missingPropertiesProblems(params, 'spec.params'),
    ...paramTypeProblems(params, 'spec.params'),
    // Tekton does not look at the enums of a StepAction's params.
    ...paramSpecProblems(
      params.map(({ enum: _, ...spec }) => spec),
      'spec.params',
    ),
    ...paramNameProblems(params, 'spec.params'),
    ...defaultProblems(params, 'spec.params'),
    ...arrayUsageProblems(places, params),
    ...stepResultProblems(results, 'spec.results'),
    ...mountProblems(spec, params),
  ];
}

/** validateNoParamSubstitutionsInScript and ValidateStepActionResultsVariables. */
function scriptVariableProblems({ script = '', results = [] }: StepActionSpec): readonly Problem[] {
  const path = 'spec.script';
  const { names, problem } = variablesIn(script, 'params');
  const hasParam = names.length > 0 || problem !== undefined;
  const declared = namesOf(results);
  const unknown = ['step.results', 'results'].flatMap((prefix) => {
    const message = unknownVariable(script, prefix, declared);
    return problemOf(path, message);
  });
  return [...problemIf(hasParam, path, 'param substitution in scripts is not allowed.'), ...unknown];
}

/** validateVolumeMounts: the Task chooses the volume, so its name is a param. */
function mountProblems(
  { volumeMounts = [] }: StepActionSpec,
  params: readonly ParamSpec[],
): readonly Problem[] {
  const names = namesOf(params);
  return volumeMounts.flatMap(({ name }, index) => {
    const path = `spec.volumeMounts[${index}].name`;
    const references = referencesIn(name, 'params');
    if (references.length !== 1 || references[0] !== name) {
      return [{ path, message: `invalid value: ${name}: expect the Name to be a single param reference` }];
    }
    const message = unknownVariable(name, 'params', names);
    return problemOf(path, message);
  });
}
