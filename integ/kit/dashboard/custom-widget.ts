import type { JsonObject } from '../../sandbox';
import type { Draw } from './draw';

/** What the function of the widget answers: HTML, which CloudWatch shows without its scripts. */
export const customWidget: Draw = async ({ properties, width, height }, { source, range }) => {
  const { endpoint, params = {} } = properties;
  const event: JsonObject = {
    ...(params as JsonObject),
    widgetContext: { timeRange: { start: range.from, end: range.to }, width, height, params },
  };
  const answer = await source.invoke(String(endpoint), event);
  if (typeof answer !== 'string') throw new Error('the function of the widget answered with something else than HTML');
  return `<div class="custom">${answer}</div>`;
};
