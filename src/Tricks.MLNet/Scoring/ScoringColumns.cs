namespace Tricks.MLNet.Scoring;

/// <summary>The names of the columns that a classifier reads and writes.</summary>
/// <param name="Image">Read: MLImage, encoded bytes, a path or a pixel vector.</param>
/// <param name="Label">Read in training only: a key.</param>
/// <param name="Score">Written: the probability of each class.</param>
/// <param name="PredictedLabel">Written: the most probable class, a key with the label's values.</param>
internal sealed record ScoringColumns(
    string Image = "ImagePath", string Label = "Label", string Score = "Score", string PredictedLabel = "PredictedLabel");
