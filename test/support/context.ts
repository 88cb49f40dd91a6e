/** As `bootc-catalog/step/testing` exports it. */
export { runStepWith } from '#lib/step-testing';
