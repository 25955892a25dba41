// A plugin of typedoc: guides are listed by their first heading instead of their file's name.
import { Converter } from 'typedoc'

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
    const title = document.content
      .map(({ text }) => /^# (.+)$/m.exec(text)?.[1])
      .find((text) => text !== undefined)
    if (title !== undefined) document.name = title
  })
}
