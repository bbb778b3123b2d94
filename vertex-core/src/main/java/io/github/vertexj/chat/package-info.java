/** Chat completions, as OpenAI's clients speak them, over a model author's text generator. */
@NullMarked
package io.github.vertexj.chat;

import org.jspecify.annotations.NullMarked;
