/** What an index entry keeps of a prompt: the first 200 characters, since the index is read as a whole, often. */
export function previewOf(prompt: string): string {
  return Array.from(prompt.trim().slice(0, 400)).slice(0, 200).join('');
}
