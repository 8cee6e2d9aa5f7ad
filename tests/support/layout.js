// Every piece of text that can be seen, with the box of its letters; what is cut off, and what lies on another.
() => {
  const pieces = [], cut = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim(), host = node.parentElement;
    if (!text || !host || host.closest('.unseen, option, script, style, .maplibregl-canvas-container')) continue;
    const style = getComputedStyle(host);
    if (style.visibility === 'hidden' || !host.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const size = parseFloat(style.fontSize);
    for (const box of range.getClientRects()) {
      const middle = (box.top + box.bottom) / 2;
      let piece = { left: box.left, right: box.right, top: middle - size * 0.45, bottom: middle + size * 0.45 };
      const whole = { ...piece };
      let scrolls = false;
      for (let up = host; up; up = up.parentElement) {
        const outer = getComputedStyle(up);
        if (outer.overflowX === 'visible' && outer.overflowY === 'visible') continue;
        const clip = up.getBoundingClientRect();
        if (/auto|scroll/.test(outer.overflowY)) scrolls = true;
        piece = { left: Math.max(piece.left, clip.left), right: Math.min(piece.right, clip.right),
                  top: Math.max(piece.top, clip.top), bottom: Math.min(piece.bottom, clip.bottom) };
      }
      if (whole.right > innerWidth + 1 || whole.left < -1 || piece.right < whole.right - 1.5 || piece.left > whole.left + 1.5
          || (!scrolls && (whole.bottom > innerHeight + 1 || piece.bottom < whole.bottom - 2))) {
        cut.push(text.slice(0, 60));
      }
      if (piece.right - piece.left > 1 && piece.bottom - piece.top > 1) pieces.push({ ...piece, text: text.slice(0, 40) });
    }
  }
  const pen = document.createElement('canvas').getContext('2d');
  for (const box of document.querySelectorAll('select')) {
    const style = getComputedStyle(box), text = box.selectedOptions[0]?.textContent ?? '';
    pen.font = style.font;
    // the arrow takes about 20 px
    const room = box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 20;
    if (box.checkVisibility() && pen.measureText(text).width > room + 1) cut.push('select: ' + text);
  }
  for (const box of document.querySelectorAll('button')) {
    if (box.checkVisibility() && box.scrollWidth > box.clientWidth + 1) cut.push('button: ' + box.textContent.trim());
  }
  const over = [];
  for (let i = 0; i < pieces.length; i++) for (let j = i + 1; j < pieces.length; j++) {
    const a = pieces[i], b = pieces[j];
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 2 && high > 2) over.push(a.text + ' | ' + b.text);
  }
  return { cut, over, pieces: pieces.length };
}
