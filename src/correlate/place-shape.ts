/** A place apart from where in lists it is: items 0 and 7 of one list are the same. Two values at places of one shape are of one kind. */
export function placeShape(place: string): string {
  return place
    .replaceAll(/\[\d+\]/g, '')
    .replaceAll(/(?<=\/)\d+(?=[/ ]|$)/g, '*')
    .replaceAll(/(?<=^(?:line|event):)\d+/g, '*');
}
