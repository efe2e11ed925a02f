"""Topic models: fit, choose, name, compare; claims only with their stability."""

from analysis.measures.topics.choice import choose_k, recommend_k
from analysis.measures.topics.fit import TopicModel, TopicSettings, fit_topics
from analysis.measures.topics.frames import topic_frames
from analysis.measures.topics.labels import label_words, name_topics
from analysis.measures.topics.matrix import topic_matrix
from analysis.measures.topics.prevalence import era_contrasts, prevalence, prevalence_draws
from analysis.measures.topics.study import study_topics

__all__ = [
    "TopicModel",
    "TopicSettings",
    "choose_k",
    "era_contrasts",
    "fit_topics",
    "label_words",
    "name_topics",
    "prevalence",
    "prevalence_draws",
    "recommend_k",
    "study_topics",
    "topic_frames",
    "topic_matrix",
]
