;;; emacs.el --- Does in Emacs what a person would do  -*- lexical-binding: t; -*-

;;; Commentary:

;; Writes down what was seen.  ALW_FILE is the file to open, ALW_SEEN where to write.

;;; Code:

(require 'cl-lib)
(require 'package)
(package-initialize) ; Debian's eglot is a package, that of Emacs 29 is not
(unless (require 'eglot nil t)
  (kill-emacs 77))
(require 'alw-mode)

(defvar seen nil "What was seen.")

(defun saw (name value)
  "Note down VALUE as NAME."
  (push (cons name value) seen))

(defun finish ()
  "Write what was seen, and end."
  (with-temp-file (getenv "ALW_SEEN")
    (insert (json-serialize seen)))
  (set-buffer-modified-p nil)
  (kill-emacs 0))

(defun wait (what condition)
  "Wait until CONDITION holds, which is called WHAT."
  (let ((end (+ (float-time) 30)))
    (while (not (funcall condition))
      (when (> (float-time) end)
        (saw 'failed what)
        (finish))
      (accept-process-output nil 0.02))))

(defun text ()
  "The text of the buffer."
  (buffer-substring-no-properties (point-min) (point-max)))

(defun go-to (pattern)
  "Go to the first place of PATTERN."
  (goto-char (point-min))
  (re-search-forward pattern)
  (goto-char (match-beginning 0)))

(defun change (what act)
  "The text after ACT, which is called WHAT, has changed it."
  (let ((before (text)))
    (funcall act)
    (wait what (lambda () (not (equal (text) before))))
    (text)))

(defun problems ()
  "The problems that are shown after a pause."
  (eglot--signal-textDocument/didChange) ; without a terminal nothing is idle
  (flymake-start)
  (flymake-diagnostics))

(defun problem (found)
  "What is shown of FOUND."
  (save-excursion
    (goto-char (flymake-diagnostic-beg found))
    `((message . ,(flymake-diagnostic-text found))
      (line . ,(line-number-at-pos))
      (before . ,(buffer-substring-no-properties (line-beginning-position) (point))))))

(setq make-backup-files nil)
(find-file (getenv "ALW_FILE"))
(saw 'filetype (string-remove-suffix "-mode" (symbol-name major-mode)))
(apply #'eglot--connect (eglot--guess-contact))
(wait "problems" #'problems)
(saw 'diagnostics (vconcat (mapcar #'problem (problems))))

(go-to "n_job\\_>")
;; a choice is offered: take the first one
(cl-letf (((symbol-function 'completing-read)
           (lambda (_prompt table &rest _) (caar table))))
  (let ((last-nonmenu-event ?x)) ; not the mouse
    (saw 'fixed (change "a quick fix" (lambda () (call-interactively #'eglot-code-actions))))))
(wait "no problems" (lambda () (null (problems))))

(go-to "m1:")
(saw 'renamed (change "a new name" (lambda () (eglot-rename "mass"))))

(saw 'formatted (change "a layout" #'eglot-format-buffer))

(go-to "simulate\\.outputs")
(xref-find-definitions (xref-backend-identifier-at-point 'eglot))
(wait "the definition" (lambda () (save-excursion (beginning-of-line) (looking-at " *task simulate"))))
(saw 'definition (line-number-at-pos))
(save-buffer)
(finish)

;;; emacs.el ends here
