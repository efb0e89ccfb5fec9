;;; alw-mode.el --- Major mode for active-learning workflows  -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "26.1"))
;; Keywords: languages
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Highlights and indents .alw files, workflows for iDDS and PanDA.  With eglot, which is part of
;; Emacs 29, `M-x eglot' starts "alw lsp"; to have it always:
;;
;;   (add-hook 'alw-mode-hook #'eglot-ensure)
;;
;; `M-x compile' runs the workflow on this machine.

;;; Code:

(require 'seq)

(defgroup alw nil
  "Active-learning workflows."
  :group 'languages)

(defcustom alw-server-command '("alw" "lsp")
  "The language server, as a program and its arguments."
  :type '(repeat string)
  :group 'alw)

(defcustom alw-indent-offset 2
  "Columns by which a body is indented."
  :type 'integer
  :safe #'integerp
  :group 'alw)

(defun alw-run-command ()
  "The command that runs the workflow of the buffer on this machine."
  (mapconcat #'shell-quote-argument
             (append (seq-take-while (lambda (word) (not (equal word "lsp"))) alw-server-command)
                     (list "run" "--resume" (expand-file-name (file-local-name buffer-file-name))))
             " "))

(defvar alw-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?\\ "\\" table)
    (dolist (operator '(?+ ?- ?* ?/ ?% ?< ?> ?= ?! ?.))
      (modify-syntax-entry operator "." table))
    table)
  "Syntax of `alw-mode'.")

(defconst alw-font-lock-keywords
  `(("\\_<\\(workflow\\|loop\\|task\\|learn\\)\\_>[ \t]*\\([A-Za-z_][A-Za-z0-9_]*\\)?"
     (1 font-lock-keyword-face) (2 font-lock-function-name-face nil t))
    ("\\_<\\(input\\|const\\|param\\)\\_>[ \t]*\\([A-Za-z_][A-Za-z0-9_]*\\)?"
     (1 font-lock-keyword-face) (2 font-lock-variable-name-face nil t))
    (":[ \t]*\\(int\\|float\\|bool\\|string\\|dataset\\)\\_>" 1 font-lock-type-face)
    ("\\.\\([A-Za-z_][A-Za-z0-9_]*\\)" 1 'default)
    (,(regexp-opt '("after" "replace" "with" "times" "result" "of" "repeat" "while" "at" "most"
                    "and" "or" "not")
                  'symbols)
     . font-lock-keyword-face)
    (,(regexp-opt '("true" "false") 'symbols) . font-lock-constant-face)
    ("\\_<iteration\\_>" . font-lock-builtin-face)
    ("\\_<\\([A-Za-z_][A-Za-z0-9_]*\\)[ \t]*=\\(?:[^=]\\|$\\)" 1 font-lock-variable-name-face)
    ("{[^{}\"\n]+}" 0 (if (nth 3 (syntax-ppss)) 'font-lock-variable-name-face) prepend)
    ("%\\(?:IN[0-9]*\\|RNDM[:=][0-9]+\\)\\_>" 0
     (if (nth 3 (syntax-ppss)) 'font-lock-preprocessor-face) prepend)
    ("#[ \t]*\\(alw:[ \t]*ignore\\(?:-file\\)?\\)\\_>" 1 font-lock-preprocessor-face prepend))
  "What `alw-mode' highlights beside strings and comments.")

(defun alw-indent-line ()
  "Indent the line by the brackets that are open before it."
  (interactive)
  (let ((columns
         (save-excursion
           (back-to-indentation)
           (let ((depth (car (syntax-ppss))))
             (when (looking-at-p "[]})]")
               (setq depth (1- depth)))
             (* alw-indent-offset (max 0 depth))))))
    (if (<= (current-column) (current-indentation))
        (indent-line-to columns)
      (save-excursion (indent-line-to columns)))))

;;;###autoload
(define-derived-mode alw-mode prog-mode "alw"
  "Major mode for workflows that iDDS and PanDA run."
  (setq-local comment-start "# ")
  (setq-local comment-end "")
  (setq-local comment-start-skip "#+[ \t]*")
  (setq-local indent-tabs-mode nil)
  (when buffer-file-name
    (setq-local compile-command (alw-run-command)))
  (setq-local indent-line-function #'alw-indent-line)
  (setq-local font-lock-defaults '(alw-font-lock-keywords)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.alw\\'" . alw-mode))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  ;; A function, so that a later change of the command counts.
  (add-to-list 'eglot-server-programs
               (cons 'alw-mode (lambda (&rest _) alw-server-command))))

(provide 'alw-mode)
;;; alw-mode.el ends here
