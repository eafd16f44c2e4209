# Makes data/smoothing_splines.tsv and data/ksamples_p_values.tsv with R, from a fixed seed.
#
# usage: Rscript make_smoothed_values.R FOLDER, where kSamples 1.2-9 is installed
#
# smoothing_splines.tsv: of smooth.spline with a given spar, five fields a row: spar, x, y, places, predicted values.
# ksamples_p_values.tsv: version, k - 1, T, the p-value of ad.pval.
suppressMessages(library(kSamples))
set.seed(20260101, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
folder <- commandArgs(trailingOnly = TRUE)[1]
digits <- function(values, count) as.numeric(sprintf("%.*g", count, values))  # what a reader of so many digits gets
written <- function(values, count) paste(sprintf("%.*g", count, values), collapse = " ")
made <- function() sprintf("# made by make_smoothed_values.R with %s, kSamples %s", R.version.string, packageVersion("kSamples"))

spline_row <- function(n) {
  # Where points crowd, or with a larger spar, R's own values have fewer than nine digits.
  x <- digits(cumsum(rexp(n) + 0.1) * 10^runif(1, -3, 4) + rnorm(1), 9)
  y <- digits(rnorm(n) + 3 * sin(seq_len(n) / 4), 9)
  spar <- round(runif(1, 0, 1), 3)
  beyond <- diff(range(x)) * runif(2)
  places <- digits(c(x[1], x[n], runif(4, x[1], x[n]), x[1] - beyond[1], x[n] + beyond[2]), 12)
  values <- predict(smooth.spline(x, y, spar = spar), places)$y
  paste(written(spar, 3), written(x, 9), written(y, 9), written(places, 12), written(values, 17), sep = "\t")
}
sizes <- c(4, 4, 5, 6, 8, 8, 12, 20, 30, 37, 49, 49)
writeLines(c(made(), "# spar, x, y, places, values", vapply(sizes, spline_row, "")), file.path(folder, "smoothing_splines.tsv"))

p_row <- function(i) {
  m <- sample(c(1:12, 15, 20, 50, 99, 1000, 12345, 1e6), 1)
  version <- sample(1:2, 1)
  t <- digits(if (i %% 5 == 0) runif(1, -6, 25) else runif(1, -1.5, 12), 9)
  paste(version, sprintf("%d", as.integer(m)), written(t, 9), written(ad.pval(t, m, version), 17), sep = "\t")
}
writeLines(c(made(), "# version, k - 1, T, p-value", vapply(1:300, p_row, "")), file.path(folder, "ksamples_p_values.tsv"))
